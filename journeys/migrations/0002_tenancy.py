"""Row-level security, and the organisations with customers to ask."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

DUE = """
CREATE FUNCTION journeys_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM journeys_outreach WHERE state IN ('planned', 'deferred') AND due_at <= now()
$$
"""

IMMUTABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OF definition, number
ON journeys_journeyversion FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0001_initial"),
        ("surveys", "0002_tenancy"),
        ("channels_out", "0002_tenancy"),
    ]

    operations = [
        SecureTenantTables("journeys"),
        migrations.RunSQL(DUE, "DROP FUNCTION journeys_due_organisations()"),
        migrations.RunSQL(
            IMMUTABLE, "DROP TRIGGER append_only ON journeys_journeyversion"
        ),
    ]
