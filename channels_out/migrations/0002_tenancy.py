"""Row-level security, the owner of a channel, and the organisations with messages to move."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

CHANNEL_OWNER = """
CREATE FUNCTION channels_out_channel_owner(wanted uuid)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM channels_out_channel t WHERE t.id = wanted
$$
"""

DUE = """
CREATE FUNCTION channels_out_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message WHERE state IN ('queued', 'retry_wait') AND next_attempt_at <= now()
$$
"""

STUCK = """
CREATE FUNCTION channels_out_stuck_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message WHERE state IN ('sending', 'unknown') AND lease_until <= now()
$$
"""

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OF status, provider_id, error_code
ON channels_out_messageevent FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0001_initial"), ("contacts", "0002_tenancy")]

    operations = [
        SecureTenantTables("channels_out"),
        migrations.RunSQL(
            CHANNEL_OWNER, "DROP FUNCTION channels_out_channel_owner(uuid)"
        ),
        migrations.RunSQL(DUE, "DROP FUNCTION channels_out_due_organisations()"),
        migrations.RunSQL(STUCK, "DROP FUNCTION channels_out_stuck_organisations()"),
        migrations.RunSQL(
            APPEND_ONLY, "DROP TRIGGER append_only ON channels_out_messageevent"
        ),
    ]
