"""An answer that nobody touched waits a few seconds for the other clicks of a machine."""

from pathlib import Path

from django.db import migrations, models

from cxhub.lib.tenant_tables import sql_files

HOLDING = Path(__file__).parent / "sql" / "holding.sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_cheaper_answers")]

    operations = [
        migrations.AddIndex(
            "response",
            models.Index(
                fields=["organisation"],
                condition=models.Q(state="quarantined", flags__contains=["held"]),
                name="surveys_response_held",
            ),
        ),
        migrations.RunSQL(HOLDING.read_text(), "DROP FUNCTION surveys_holding_organisations()"),
        *sql_files(__file__, "answers"),
    ]
