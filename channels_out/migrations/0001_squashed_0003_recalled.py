"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0001_initial")]
    replaces = [
        ("channels_out", "0001_initial"),
        ("channels_out", "0002_held_back"),
        ("channels_out", "0003_recalled"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(__file__, "channels", "messages"),
    ]
