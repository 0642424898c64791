"""Row-level security; the consent ledger and the stop list are append-only."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OF state, wording, channel, purpose, effective_at
ON contacts_consentevent FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OF value_hash, reason, is_lifted
ON contacts_suppression FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial"), ("accounts", "0002_tenancy")]

    operations = [
        SecureTenantTables("contacts"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON contacts_consentevent; DROP TRIGGER append_only ON contacts_suppression",
        ),
    ]
