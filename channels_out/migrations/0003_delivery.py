"""What the delivery engine keeps: bells, looks at unknown messages, breaker window, pace."""

import django.db.models.functions.datetime
from django.db import migrations, models

DUE = """
CREATE OR REPLACE FUNCTION channels_out_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message
    WHERE state IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp() AND ring_after <= statement_timestamp()
$$
"""

DUE_BEFORE = """
CREATE OR REPLACE FUNCTION channels_out_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message
    WHERE state IN ('queued', 'retry_wait') AND next_attempt_at <= now()
$$
"""


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0002_tenancy")]

    operations = [
        migrations.AddField("channel", "window_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("channel", "window_calls", models.PositiveIntegerField(default=0)),
        migrations.AddField("channel", "window_errors", models.PositiveIntegerField(default=0)),
        migrations.AddField("channel", "paced_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("inboundmessage", "media", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(
            "message",
            "ring_after",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField("message", "looks", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("message", "is_resent", models.BooleanField(default=False)),
        migrations.RunSQL(DUE, DUE_BEFORE),
    ]
