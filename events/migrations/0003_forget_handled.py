"""Forgetting events that every subscriber has handled, after 30 days."""

from django.db import migrations

FORGET = """
CREATE FUNCTION events_forget_handled() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM events_domainevent
        WHERE pending = '{}' AND created_at < now() - interval '30 days' RETURNING 1
    )
    SELECT count(*) FROM gone
$$
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_tenancy")]

    operations = [migrations.RunSQL(FORGET, "DROP FUNCTION events_forget_handled()")]
