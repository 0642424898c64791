"""Row-level security, and finding the organisations whose events wait."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

DUE = """
CREATE FUNCTION events_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM events_domainevent
    WHERE NOT (pending = '{}') AND ring_after <= now()
$$
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        SecureTenantTables("events"),
        migrations.RunSQL(DUE, "DROP FUNCTION events_due_organisations()"),
    ]
