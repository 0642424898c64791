"""No statistics on who a message belongs to: they are wrong just when it matters.

They know nothing of an organisation that has just queued its first ten thousand messages, so the
planner takes it to have one row, and joins a chunk to the whole batch key by key: seconds, not
milliseconds. Without them it assumes a fair share for everybody.
"""

from django.db import migrations

TABLES = ("channels_out_message", "channels_out_messageevent")


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0005_fewer_indexes")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN organisation_id SET STATISTICS 0",
            f"ALTER TABLE {table} ALTER COLUMN organisation_id SET STATISTICS -1",
        )
        for table in TABLES
    ]
