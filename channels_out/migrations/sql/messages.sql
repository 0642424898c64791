-- The organisations with messages to move.
CREATE FUNCTION channels_out_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message
    WHERE state IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp() AND ring_after <= statement_timestamp()
$$;

-- The organisations with messages whose claim has run out.
CREATE FUNCTION channels_out_stuck_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message WHERE state IN ('sending', 'unknown') AND lease_until <= now()
$$;

-- What a provider said stays.
CREATE TRIGGER append_only BEFORE UPDATE OF status, provider_id, error_code
ON channels_out_messageevent FOR EACH ROW EXECUTE FUNCTION append_only();

-- No statistics on who a message belongs to: they are wrong just when it matters. They know
-- nothing of an organisation that has just queued its first ten thousand messages, so the planner
-- takes it to have one row, and joins a chunk to the whole batch key by key: seconds, not
-- milliseconds. Without them it assumes a fair share for everybody.
ALTER TABLE channels_out_message ALTER COLUMN organisation_id SET STATISTICS 0;
ALTER TABLE channels_out_messageevent ALTER COLUMN organisation_id SET STATISTICS 0;
