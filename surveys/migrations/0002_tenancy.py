"""Row-level security, lookups by token and code, and published versions that never change."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

INVITATION_OWNER = """
CREATE FUNCTION surveys_invitation_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM surveys_invitation t WHERE t.token_hash = wanted
$$
"""

COLLECTOR_OWNER = """
CREATE FUNCTION surveys_collector_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM surveys_collector t WHERE t.code = upper(wanted)
$$
"""

UNROLLED = """
CREATE FUNCTION surveys_unrolled_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM surveys_response WHERE state = 'completed' AND rolled_up_at IS NULL
$$
"""

IMMUTABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OF definition, number
ON surveys_surveyversion FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("contacts", "0002_tenancy")]

    operations = [
        SecureTenantTables("surveys"),
        migrations.RunSQL(
            INVITATION_OWNER, "DROP FUNCTION surveys_invitation_owner(text)"
        ),
        migrations.RunSQL(
            COLLECTOR_OWNER, "DROP FUNCTION surveys_collector_owner(text)"
        ),
        migrations.RunSQL(UNROLLED, "DROP FUNCTION surveys_unrolled_organisations()"),
        migrations.RunSQL(
            IMMUTABLE, "DROP TRIGGER append_only ON surveys_surveyversion"
        ),
    ]
