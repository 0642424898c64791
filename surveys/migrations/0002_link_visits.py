"""Visits of personal links: a row per link and network, counted by one function of the owner."""

from pathlib import Path

from django.db import migrations, models

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id

VISITS = Path(__file__).parent / "sql" / "visits.sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "LinkVisit",
            [
                ("id", row_id()),
                ("network", models.CharField(max_length=32)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("visits", models.IntegerField()),
                ("automated_visits", models.IntegerField()),
                ("burst_at", models.DateTimeField()),
                ("burst_scores", models.SmallIntegerField()),
                ("burst_visits", models.IntegerField()),
                ("invitation", relation("surveys.invitation", db_index=False)),
                ("organisation", organisation(db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "invitation", "network"),
                        name="surveys_linkvisit_network_key",
                    )
                ]
            },
        ),
        SecureTenantTables("surveys", leaves=("linkvisit",)),
        migrations.RunSQL(VISITS.read_text(), "DROP FUNCTION surveys_count_visits(jsonb)"),
    ]
