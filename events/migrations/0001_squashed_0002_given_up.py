"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]
    replaces = [
        ("events", "0001_initial"),
        ("events", "0002_given_up"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(__file__, "outbox", "given_up"),
    ]
