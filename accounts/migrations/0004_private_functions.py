"""Functions with their owner's rights are called by the application only, whatever its role is named.

The application is known by what it may do: whoever may add an organisation may call them. The
default privileges say so for every function that a later migration makes.
"""

from django.db import migrations

PRIVATE = """
DO $$
DECLARE
    caller name;
    called regprocedure;
    own regprocedure[] := ARRAY(
        SELECT oid::regprocedure FROM pg_proc
        WHERE prosecdef AND pronamespace = 'public'::regnamespace
        AND proowner = current_user::regrole);
BEGIN
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    FOREACH called IN ARRAY own LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', called);
    END LOOP;
    FOR caller IN
        SELECT r.rolname FROM pg_class t, aclexplode(t.relacl) granted
        JOIN pg_roles r ON r.oid = granted.grantee
        WHERE t.oid = 'accounts_organisation'::regclass
        AND granted.privilege_type = 'INSERT' AND granted.grantee <> t.relowner
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO %I', caller);
        FOREACH called IN ARRAY own LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', called, caller);
        END LOOP;
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_forget_repetitions")]

    operations = [migrations.RunSQL(PRIVATE, migrations.RunSQL.noop)]
