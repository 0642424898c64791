"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("surveys", "0001_initial"), ("contacts", "0002_survey_holds")]
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0002_callbacks"),
        ("cases", "0003_changed_answers"),
        ("cases", "0004_holds"),
        ("cases", "0005_teams"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(__file__, "thread"),
    ]
