"""A personal link tells that its customer has begun, whichever browser asks."""

from pathlib import Path

from django.db import migrations

BEGUN = Path(__file__).parent / "sql" / "begun.sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_changed_answers")]

    operations = [
        migrations.RunSQL(BEGUN.read_text(), "DROP FUNCTION surveys_open_link(text)"),
    ]
