"""Failures per subscriber, and the subscribers that gave an event up."""

import django.contrib.postgres.fields
from django.db import migrations, models

# The answer path writes events by SQL and leaves these two to the database.
DEFAULTS = """
ALTER TABLE events_domainevent ALTER COLUMN failures SET DEFAULT '{}'::jsonb;
ALTER TABLE events_domainevent ALTER COLUMN dead SET DEFAULT '{}'::varchar[];
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0003_forget_handled")]

    operations = [
        migrations.AddField("domainevent", "failures", models.JSONField(default=dict)),
        migrations.AddField(
            "domainevent",
            "dead",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=120), default=list
            ),
        ),
        migrations.RunSQL(DEFAULTS, migrations.RunSQL.noop),
    ]
