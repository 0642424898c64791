"""Messages are updated three times each: keep only the indexes that a query uses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def relation(target, on_delete, **options):
    return models.ForeignKey(
        db_index=False, on_delete=on_delete, related_name="+", to=target, **options
    )


DROP = """
DO $$
DECLARE found text;
BEGIN
    FOR found IN
        SELECT indexname FROM pg_indexes
        WHERE tablename IN ('channels_out_message', 'channels_out_messageevent')
          AND indexname ~ '_organisation_id_[0-9a-f]{8}$'
    LOOP
        EXECUTE format('DROP INDEX %I', found);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0004_simulated_number")]

    operations = [
        migrations.AlterField(
            "message",
            "channel",
            relation(
                "channels_out.channel", django.db.models.deletion.PROTECT, db_constraint=False
            ),
        ),
        migrations.AlterField(
            "message",
            "body",
            relation(
                "channels_out.messagebody", django.db.models.deletion.PROTECT, db_constraint=False
            ),
        ),
        migrations.AlterField(
            "message",
            "contact",
            relation(
                "contacts.contact",
                django.db.models.deletion.SET_NULL,
                db_constraint=False,
                null=True,
                blank=True,
            ),
        ),
        migrations.AlterField(
            "message",
            "user",
            relation(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.SET_NULL,
                null=True,
                blank=True,
            ),
        ),
        migrations.AlterField(
            "messageevent",
            "message",
            relation(
                "channels_out.message", django.db.models.deletion.CASCADE, db_constraint=False
            ),
        ),
        # The organisation leads several other indexes of both tables.
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
    ]
