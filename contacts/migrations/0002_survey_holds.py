"""Who is left in peace for the time being."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "SurveyHold",
            [
                ("id", row_id()),
                ("held_by", models.UUIDField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("contact", relation("contacts.contact")),
                ("organisation", organisation()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "held_by"), name="contacts_surveyhold_key"
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["organisation", "contact"], name="contacts_surveyhold_contact"
                    )
                ],
            },
        ),
        SecureTenantTables("contacts", leaves=("surveyhold",)),
    ]
