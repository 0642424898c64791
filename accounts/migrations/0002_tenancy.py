"""Row-level security, lookups before a tenant is known, and the append-only log."""

from django.db import migrations

from cxhub.lib.tenant_tables import SecureTenantTables

OWN_MEMBERSHIPS = """
CREATE POLICY own ON accounts_membership FOR SELECT
USING (user_id = nullif(current_setting('app.user', true), '')::uuid)
"""

API_KEY_OWNER = """
CREATE FUNCTION accounts_api_key_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.organisation_id, k.id FROM accounts_apikey k WHERE k.key_hash = wanted
$$
"""

APPEND_ONLY = """
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF action, target, detail, actor_label, created_at
ON accounts_auditevent
FOR EACH ROW EXECUTE FUNCTION append_only()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        SecureTenantTables("accounts"),
        migrations.RunSQL(OWN_MEMBERSHIPS, "DROP POLICY own ON accounts_membership"),
        migrations.RunSQL(API_KEY_OWNER, "DROP FUNCTION accounts_api_key_owner(text)"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER append_only ON accounts_auditevent; DROP FUNCTION append_only()",
        ),
    ]
