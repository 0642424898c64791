-- A person finds the organisations they belong to before a tenant is known.
CREATE POLICY own ON accounts_membership FOR SELECT
USING (user_id = nullif(current_setting('app.user', true), '')::uuid);
