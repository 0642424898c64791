-- Which organisations have letters to members that wait.
CREATE FUNCTION accounts_uninvited_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM accounts_memberinvitation
    WHERE send_after <= now() AND accepted_at IS NULL AND revoked_at IS NULL
$$;
