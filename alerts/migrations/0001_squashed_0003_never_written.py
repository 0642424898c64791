"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("surveys", "0001_initial"),
        ("channels_out", "0001_initial"),
        ("cases", "0001_initial"),
    ]
    replaces = [
        ("alerts", "0001_initial"),
        ("alerts", "0002_teams"),
        ("alerts", "0003_never_written"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(__file__, "rules", "notifications"),
    ]
