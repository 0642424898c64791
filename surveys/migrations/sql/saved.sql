-- What a browser saved before it was closed, also when a machine's sheet came since behind the same
-- personal link; the caller has proved by a signed cookie that it is the same browser, and the door
-- must be the one of the sheet.
CREATE OR REPLACE FUNCTION surveys_saved_answers(
    wanted_hash text, wanted_collector uuid, wanted_submission uuid)
RETURNS TABLE (answers jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE r.state WHEN 'partial' THEN r.answers ELSE r.begun -> 'answers' END
    FROM surveys_invitation i
    JOIN surveys_response r ON r.organisation_id = i.organisation_id AND r.invitation_id = i.id
    WHERE i.token_hash = wanted_hash
      AND (r.state = 'partial' AND r.submission_id = wanted_submission
           OR r.state = 'quarantined' AND (r.begun ->> 'submission')::uuid = wanted_submission)
    UNION ALL
    SELECT r.answers FROM surveys_collector c
    JOIN surveys_response r ON r.organisation_id = c.organisation_id AND r.collector_id = c.id
    WHERE c.id = wanted_collector AND r.submission_id = wanted_submission AND r.state = 'partial'
$$;
