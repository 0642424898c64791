-- The organisations whose events wait.
CREATE FUNCTION events_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM events_domainevent
    WHERE NOT (pending = '{}') AND ring_after <= now()
$$;

-- Forgetting events that every subscriber has handled, after 30 days.
CREATE FUNCTION events_forget_handled() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM events_domainevent
        WHERE pending = '{}' AND created_at < now() - interval '30 days' RETURNING 1
    )
    SELECT count(*) FROM gone
$$;

-- The answer path writes events by SQL and leaves these two to the database.
ALTER TABLE events_domainevent ALTER COLUMN failures SET DEFAULT '{}'::jsonb;
ALTER TABLE events_domainevent ALTER COLUMN dead SET DEFAULT '{}'::varchar[];
