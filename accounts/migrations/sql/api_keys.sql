-- Whose key this is, before a tenant is known.
CREATE FUNCTION accounts_api_key_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.organisation_id, k.id FROM accounts_apikey k WHERE k.key_hash = wanted
$$;

-- Forgetting the answers to repeated requests after 48 hours, across organisations.
CREATE FUNCTION accounts_forget_repetitions() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM accounts_idempotencykey
        WHERE created_at < now() - interval '48 hours' RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
