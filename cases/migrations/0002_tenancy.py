"""Row-level security; a case's thread is append-only."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OF kind, text, detail, created_at
ON cases_caseevent FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("surveys", "0002_tenancy")]

    operations = [
        SecureTenantTables("cases"),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON cases_caseevent"),
    ]
