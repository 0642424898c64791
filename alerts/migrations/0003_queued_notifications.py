"""A notification waits between its mail being written and the outcome of the attempt."""

from django.db import migrations, models

DUE = """
CREATE OR REPLACE FUNCTION alerts_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM alerts_notification
    WHERE state = 'pending' AND due_at <= statement_timestamp()
    UNION SELECT organisation_id FROM alerts_notification WHERE state = 'queued'
$$
"""

BEFORE = """
CREATE OR REPLACE FUNCTION alerts_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM alerts_notification WHERE state = 'pending' AND due_at <= now()
$$
"""

STATES = [
    ("pending", "Waiting"),
    ("queued", "Being sent"),
    ("sent", "Sent"),
    ("digested", "Sent in a summary"),
    ("failed", "Failed"),
]


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_tenancy")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="state",
            field=models.CharField(choices=STATES, default="pending", max_length=8),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["organisation", "message"],
                name="alerts_notification_queued",
            ),
        ),
        migrations.RunSQL(DUE, BEFORE),
    ]
