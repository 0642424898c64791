-- The organisations with customers to ask, or with a send to plan.
CREATE FUNCTION journeys_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM journeys_outreach
    WHERE state IN ('planned', 'deferred') AND due_at <= now()
    UNION
    SELECT organisation_id FROM journeys_send WHERE state = 'planning'
$$;
