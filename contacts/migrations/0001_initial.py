"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Contact",
            [
                ("id", row_id()),
                ("name", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("timezone", models.CharField(blank=True, max_length=64)),
                ("attributes", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("organisation", organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-created_at"], name="contacts_contact_recent"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Identity",
            [
                ("id", row_id()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("external", "External ID"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("contact", relation("contacts.contact", related_name="identities")),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "kind", "value"), name="contacts_identity_value_key"
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "contact", "kind"), name="contacts_identity_one"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "ConsentEvent",
            [
                ("id", row_id()),
                ("channel", models.CharField(max_length=20)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("survey", "Surveys"), ("marketing", "Marketing")], max_length=12
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("granted", "Granted"), ("withdrawn", "Withdrawn")], max_length=10
                    ),
                ),
                ("wording", models.TextField(blank=True)),
                ("language", models.CharField(blank=True, max_length=5)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("import", "Import"),
                            ("api", "API"),
                            ("sms", "SMS"),
                            ("link", "Unsubscribe link"),
                            ("member", "Team member"),
                            ("provider", "Provider"),
                        ],
                        max_length=10,
                    ),
                ),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("actor_label", models.CharField(blank=True, max_length=120)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
                ("contact", relation("contacts.contact")),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "contact", "channel", "purpose", "-effective_at"],
                        name="contacts_consent_latest",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "Suppression",
            [
                ("id", row_id()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("external", "External ID"),
                        ],
                        max_length=8,
                    ),
                ),
                ("value_hash", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("stop", "Replied STOP"),
                            ("unsubscribed", "Unsubscribed"),
                            ("hard_bounce", "Address does not exist"),
                            ("complaint", "Marked as spam"),
                            ("provider_optout", "Opted out at the provider"),
                            ("invalid", "Cannot receive messages"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_lifted", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", organisation()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "kind", "value_hash", "-created_at"],
                        name="contacts_suppression_latest",
                    )
                ]
            },
        ),
        SecureTenantTables("contacts"),
        *sql_files(__file__, "ledgers"),
    ]
