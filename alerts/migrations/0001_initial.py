"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("surveys", "0001_initial"),
        ("channels_out", "0001_initial"),
        ("cases", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            "Rule",
            [
                ("id", row_id()),
                ("name", models.CharField(max_length=120)),
                ("condition", models.CharField(max_length=40)),
                ("params", models.JSONField(default=dict)),
                ("reactions", models.JSONField(default=list)),
                ("recipients", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=False)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("organisation", organisation()),
                ("survey", relation("surveys.survey")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["organisation", "survey"],
                        name="alerts_rule_active",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "RuleVersion",
            [
                ("id", row_id()),
                ("revision", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
                ("rule", relation("alerts.rule")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "rule", "revision"), name="alerts_ruleversion_key"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Incident",
            [
                ("id", row_id()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=6,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=Now())),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("organisation", organisation()),
                ("response", relation("surveys.response")),
                ("rule", relation("alerts.rule")),
                ("rule_version", relation("alerts.ruleversion", models.PROTECT)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-opened_at"], name="alerts_incident_recent"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "rule", "response"), name="alerts_incident_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Notification",
            [
                ("id", row_id()),
                ("channel_kind", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("queued", "Being sent"),
                            ("sent", "Sent"),
                            ("digested", "Sent in a summary"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=200)),
                ("due_at", models.DateTimeField(db_default=Now())),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("incident", relation("alerts.incident")),
                ("member", relation("accounts.membership")),
                (
                    "message",
                    relation("channels_out.message", models.SET_NULL, blank=True, null=True),
                ),
                ("organisation", organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["organisation", "due_at"],
                        name="alerts_notification_due",
                    ),
                    models.Index(
                        fields=["organisation", "member", "-created_at"],
                        name="alerts_notification_member",
                    ),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["organisation", "message"],
                        name="alerts_notification_queued",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "incident", "member", "channel_kind"),
                        name="alerts_notification_key",
                    )
                ],
            },
        ),
        SecureTenantTables("alerts"),
        *sql_files(__file__, "rules", "notifications"),
    ]
