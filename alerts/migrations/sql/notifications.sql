-- The organisations with members to tell.
CREATE FUNCTION alerts_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM alerts_notification
    WHERE state = 'pending' AND due_at <= statement_timestamp()
    UNION SELECT organisation_id FROM alerts_notification WHERE state = 'queued'
$$;
