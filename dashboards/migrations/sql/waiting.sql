-- Since when the oldest piece of each kind of work waits, in all organisations together.
CREATE OR REPLACE FUNCTION dashboards_oldest_waiting() RETURNS TABLE (queue text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'events', min(created_at) FROM events_domainevent WHERE NOT (pending = '{}')
    UNION ALL
    SELECT 'alerts', min(due_at) FROM alerts_notification
    WHERE state = 'queued' OR (state = 'pending' AND due_at <= statement_timestamp())
    UNION ALL
    SELECT 'messages', min(next_attempt_at) FROM channels_out_message
    WHERE sent_at IS NULL AND settled_at IS NULL
      AND state IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp()
    UNION ALL
    SELECT 'answers', min(answered_at) FROM surveys_response
    WHERE state = 'completed' AND rolled_up_at IS NULL
$$;
