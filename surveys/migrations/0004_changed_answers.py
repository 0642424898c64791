"""Answers that their customer changed, and what they said before."""

from pathlib import Path

import django.db.models.functions.datetime
from django.db import migrations, models

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, relation, row_id

CHANGES = Path(__file__).parent / "sql" / "changes.sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_callbacks")]

    operations = [
        migrations.AddField("response", "changed_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            "EarlierAnswer",
            [
                ("id", row_id()),
                ("answers", models.JSONField(default=dict)),
                ("language", models.CharField(max_length=5)),
                (
                    "replaced_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("organisation", organisation(db_index=False)),
                ("response", relation("surveys.response", db_index=False)),
            ],
            options={
                "ordering": ["replaced_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["organisation", "response", "replaced_at"],
                        name="surveys_earlieranswer_of",
                    )
                ],
            },
        ),
        SecureTenantTables("surveys", leaves=("linkvisit", "earlieranswer")),
        migrations.RunSQL(
            CHANGES.read_text(), "DROP TRIGGER append_only ON surveys_earlieranswer"
        ),
    ]
