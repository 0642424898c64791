-- The organisations with events that a subscriber gave up.
CREATE FUNCTION events_given_up_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM events_domainevent WHERE NOT (dead = '{}')
$$;

-- Forgetting events that every subscriber has handled, after 30 days; what one of them gave up
-- stays until an operator has decided.
CREATE OR REPLACE FUNCTION events_forget_handled() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM events_domainevent
        WHERE pending = '{}' AND dead = '{}' AND created_at < now() - interval '30 days'
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
