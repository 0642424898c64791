-- The organisations with messages to move.
CREATE OR REPLACE FUNCTION channels_out_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message
    WHERE sent_at IS NULL AND settled_at IS NULL AND next_attempt_at <= statement_timestamp()
      AND state IN ('queued', 'retry_wait') AND ring_after <= statement_timestamp()
$$;

-- The organisations with messages whose claim has run out.
CREATE OR REPLACE FUNCTION channels_out_stuck_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM channels_out_message
    WHERE sent_at IS NULL AND settled_at IS NULL
      AND state IN ('sending', 'unknown') AND lease_until <= now()
$$;

-- What a provider said stays.
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OF status, provider_id, error_code
ON channels_out_messageevent FOR EACH ROW EXECUTE FUNCTION append_only();

-- No statistics on who a message belongs to: they are wrong just when it matters. They know
-- nothing of an organisation that has just queued its first ten thousand messages, so the planner
-- takes it to have one row, and joins a chunk to the whole batch key by key: seconds, not
-- milliseconds. Without them it assumes a fair share for everybody.
ALTER TABLE channels_out_message ALTER COLUMN organisation_id SET STATISTICS 0;
ALTER TABLE channels_out_messageevent ALTER COLUMN organisation_id SET STATISTICS 0;

-- Room on each page for the version that a claim writes: its columns are in no index, so the row
-- stays where its index entries point, and the old version makes room for the one after it.
ALTER TABLE channels_out_message SET (fillfactor = 50);
