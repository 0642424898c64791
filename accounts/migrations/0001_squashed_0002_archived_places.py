"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_archived_places"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(__file__, "audit", "privileges", "memberships", "api_keys", "invitations"),
    ]
