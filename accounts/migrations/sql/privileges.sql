-- Functions with their owner's rights are called by the application only, whatever its role is
-- named: it is known by what it may do, and whoever may add an organisation may call them. The
-- default privileges say so for every function that is made from here on.
DO $$
DECLARE
    caller name;
BEGIN
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    FOR caller IN
        SELECT r.rolname FROM pg_class t, aclexplode(t.relacl) granted
        JOIN pg_roles r ON r.oid = granted.grantee
        WHERE t.oid = 'accounts_organisation'::regclass
        AND granted.privilege_type = 'INSERT' AND granted.grantee <> t.relowner
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO %I', caller);
    END LOOP;
END
$$;
