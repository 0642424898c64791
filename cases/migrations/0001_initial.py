"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Case",
            [
                ("id", row_id()),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("in_progress", "In progress"),
                            ("waiting", "Waiting for customer"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("is_automatic", models.BooleanField(default=False)),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("resolved", "Resolved"),
                            ("gesture", "Goodwill gesture"),
                            ("no_reply", "Customer did not reply"),
                            ("unfounded", "Unfounded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("close_note", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField(db_default=Now())),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "assignee",
                    relation("accounts.membership", models.SET_NULL, blank=True, null=True),
                ),
                ("contact", relation("contacts.contact", models.SET_NULL, blank=True, null=True)),
                ("organisation", organisation()),
                ("response", relation("surveys.response", models.SET_NULL, blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "state", "due_at"], name="cases_case_inbox"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "number"), name="cases_case_number_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_automatic", True)),
                        fields=("organisation", "response"),
                        name="cases_case_response_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "CaseEvent",
            [
                ("id", row_id()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("assigned", "Assigned"),
                            ("note", "Note"),
                            ("state", "State changed"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("author", relation("accounts.membership", models.SET_NULL, blank=True, null=True)),
                ("case", relation("cases.case")),
                ("organisation", organisation()),
                ("note_id", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "case", "note_id"), name="cases_caseevent_note_key"
                    )
                ],
            },
        ),
        SecureTenantTables("cases"),
        *sql_files(__file__, "thread"),
    ]
