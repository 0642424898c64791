"""Row-level security, and the organisations with members to tell."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

DUE = """
CREATE FUNCTION alerts_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM alerts_notification WHERE state = 'pending' AND due_at <= now()
$$
"""

IMMUTABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OF definition, revision
ON alerts_ruleversion FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("surveys", "0002_tenancy"),
        ("channels_out", "0002_tenancy"),
    ]

    operations = [
        SecureTenantTables("alerts"),
        migrations.RunSQL(DUE, "DROP FUNCTION alerts_due_organisations()"),
        migrations.RunSQL(IMMUTABLE, "DROP TRIGGER append_only ON alerts_ruleversion"),
    ]
