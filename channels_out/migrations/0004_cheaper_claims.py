"""A claim writes to no index: one on what is under way takes the place of two that told states."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0003_recalled")]

    operations = [
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["organisation", "next_attempt_at"],
                condition=models.Q(sent_at__isnull=True, settled_at__isnull=True),
                name="channels_out_message_under_way",
            ),
        ),
        migrations.RemoveIndex("message", "channels_out_message_due"),
        migrations.RemoveIndex("message", "channels_out_message_open"),
        *sql_files(__file__, "messages"),
    ]
