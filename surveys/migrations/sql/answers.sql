-- Accepting answer sheets.
--
-- It runs as the owner, because a door is opened before the tenant is known: it takes the
-- organisation from the row of the token or of the code, never from its arguments.
--
-- The first statement stores, for all sheets at once, what is plainly acceptable: a finished sheet
-- for an open door that nobody has answered. What it leaves is judged one by one below it.
--
-- The plan is kept per connection, and must not stay what it was when the tables were small or had
-- no statistics: it could start from the version and read every invitation of the survey for each
-- sheet. So joins go by index only, and in the order in which they are written.
--
-- The event of a stored answer and its first score take the answer's id for their own: each is the
-- one of its kind, and a new id costs as much as the check of a foreign key.
CREATE OR REPLACE FUNCTION surveys_accept(sheets jsonb, subscribers varchar[])
RETURNS TABLE (sheet_id text, outcome text, response text, event text, organisation text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET join_collapse_limit = 1 AS $$
DECLARE
    response_pk uuid;
    event_pk uuid;
    sheet record;
    door record;
    known record;
    begun_at timestamptz;
    is_closed boolean;
    has_wish boolean;
    accepted int;
BEGIN
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT s.*, count(*) OVER (PARTITION BY s.token_hash, s.collector, s.submission) AS twins,
               count(*) OVER (PARTITION BY coalesce(s.token_hash, s.id::text)) AS rivals
        FROM jsonb_to_recordset(sheets) AS s(
            token_hash text, collector uuid, id uuid, submission uuid, version uuid,
            channel varchar, language varchar, state varchar, fingerprint varchar, answers jsonb,
            flags varchar[], scores jsonb, started_at timestamptz, answered_at timestamptz)
    ), by_token AS MATERIALIZED (
        SELECT g.*, i.organisation_id, i.survey_id, i.id AS invitation_id,
               NULL::uuid AS collector_id, i.contact_id, i.place_id, i.channel AS usual_channel
        FROM given g
        JOIN surveys_invitation i ON i.token_hash = g.token_hash
        JOIN surveys_survey s ON s.id = i.survey_id
        JOIN accounts_organisation o ON o.id = i.organisation_id
        JOIN surveys_surveyversion v ON v.id = g.version AND v.survey_id = i.survey_id
        WHERE g.state = 'completed' AND g.twins = 1 AND g.rivals = 1
          AND i.completed_at IS NULL AND i.expires_at > now()
          AND s.state = 'live' AND NOT o.is_suspended
        -- One order for all writers: two batches that share doors wait, and never in a ring.
        ORDER BY g.token_hash
        FOR NO KEY UPDATE OF i
    ), doors AS (
        SELECT * FROM by_token
        UNION ALL
        SELECT g.*, c.organisation_id, c.survey_id, NULL::uuid, c.id, NULL::uuid, c.place_id,
               (CASE c.kind WHEN 'link' THEN 'web' ELSE c.kind END)::varchar
        FROM given g
        JOIN surveys_collector c ON c.id = g.collector
        JOIN surveys_survey s ON s.id = c.survey_id
        JOIN accounts_organisation o ON o.id = c.organisation_id
        JOIN surveys_surveyversion v ON v.id = g.version AND v.survey_id = c.survey_id
        WHERE g.token_hash IS NULL AND g.state = 'completed' AND g.twins = 1
          AND c.is_open AND s.state = 'live' AND NOT o.is_suspended
    ), opened AS MATERIALIZED (
        SELECT * FROM doors ORDER BY submission
    ), stored AS (
        INSERT INTO surveys_response (
            id, organisation_id, survey_id, version_id, invitation_id, collector_id, contact_id,
            place_id, channel, language, state, submission_id, fingerprint, answers, flags,
            started_at, answered_at)
        SELECT d.id, d.organisation_id, d.survey_id, d.version, d.invitation_id, d.collector_id,
               d.contact_id, d.place_id, coalesce(d.channel, d.usual_channel), d.language, d.state,
               d.submission, d.fingerprint, d.answers, d.flags,
               least(coalesce(d.started_at, d.answered_at, now()), now()),
               coalesce(d.answered_at, now())
        FROM opened d
        ON CONFLICT DO NOTHING
        RETURNING id, organisation_id, survey_id, invitation_id, contact_id, answered_at
    ), scored AS (
        INSERT INTO surveys_score (id, organisation_id, response_id, question_key, metric, value)
        SELECT CASE WHEN t.place = 1 THEN r.id ELSE uuidv7() END, r.organisation_id, r.id,
               t.question_key, t.metric, t.value
        FROM stored r
        JOIN given g ON g.id = r.id
        CROSS JOIN LATERAL ROWS FROM (
            jsonb_to_recordset(g.scores) AS (question_key varchar, metric varchar, value smallint)
        ) WITH ORDINALITY AS t(question_key, metric, value, place)
    ), completed AS (
        UPDATE surveys_invitation i SET completed_at = r.answered_at
        FROM stored r WHERE i.id = r.invitation_id
    ), announced AS (
        INSERT INTO events_domainevent (
            id, organisation_id, kind, payload, pending, ring_after, last_error)
        SELECT r.id, r.organisation_id, 'response.completed',
               jsonb_build_object('response', r.id, 'survey', r.survey_id,
                                  'invitation', r.invitation_id, 'contact', r.contact_id),
               subscribers, now() + interval '10 seconds', ''
        FROM stored r
        RETURNING id, organisation_id, payload ->> 'response' AS response_id
    )
    SELECT e.response_id, 'created', e.response_id, e.id::text, e.organisation_id::text
    FROM announced e;

    GET DIAGNOSTICS accepted = ROW_COUNT;
    IF accepted = jsonb_array_length(sheets) THEN
        RETURN;
    END IF;

    FOR sheet IN
        SELECT * FROM jsonb_to_recordset(sheets) AS s(
            token_hash text, collector uuid, id uuid, submission uuid, version uuid,
            channel varchar, language varchar, state varchar, fingerprint varchar, answers jsonb,
            flags varchar[], scores jsonb, started_at timestamptz, answered_at timestamptz)
        WHERE NOT EXISTS (SELECT FROM surveys_response r WHERE r.id = s.id)
        ORDER BY s.token_hash, s.collector, s.submission
    LOOP
        sheet_id := sheet.id::text;
        outcome := NULL; response := NULL; event := NULL; organisation := NULL;
        response_pk := NULL; has_wish := false;
        begun_at := least(coalesce(sheet.started_at, sheet.answered_at, now()), now());

        IF sheet.token_hash IS NOT NULL THEN
            SELECT i.organisation_id, i.id AS invitation_id, NULL::uuid AS collector_id, i.survey_id,
                   i.contact_id, i.place_id, i.channel, i.completed_at, true AS is_open,
                   i.expires_at <= now() AS is_expired, s.state, s.closed_at, o.is_suspended,
                   v.id AS version_id
            INTO door
            FROM surveys_invitation i
            JOIN surveys_survey s ON s.id = i.survey_id
            JOIN accounts_organisation o ON o.id = i.organisation_id
            LEFT JOIN surveys_surveyversion v ON v.id = sheet.version AND v.survey_id = i.survey_id
            WHERE i.token_hash = sheet.token_hash
            FOR NO KEY UPDATE OF i;
        ELSE
            SELECT c.organisation_id, NULL::uuid AS invitation_id, c.id AS collector_id, c.survey_id,
                   NULL::uuid AS contact_id, c.place_id,
                   CASE c.kind WHEN 'link' THEN 'web' ELSE c.kind END AS channel,
                   NULL::timestamptz AS completed_at, c.is_open,
                   false AS is_expired, s.state, s.closed_at, o.is_suspended, v.id AS version_id
            INTO door
            FROM surveys_collector c
            JOIN surveys_survey s ON s.id = c.survey_id
            JOIN accounts_organisation o ON o.id = c.organisation_id
            LEFT JOIN surveys_surveyversion v ON v.id = sheet.version AND v.survey_id = c.survey_id
            WHERE c.id = sheet.collector;
        END IF;

        IF door.organisation_id IS NULL THEN
            outcome := 'unknown';
            RETURN NEXT;
            CONTINUE;
        END IF;
        organisation := door.organisation_id::text;

        -- A personal link that was opened before its survey closed may finish within 24 hours.
        is_closed := door.is_suspended OR NOT door.is_open OR (door.state <> 'live' AND NOT coalesce(
            door.invitation_id IS NOT NULL AND door.state IN ('closed', 'archived')
            AND sheet.started_at <= door.closed_at AND door.closed_at > now() - interval '24 hours',
            false));

        IF door.completed_at IS NULL AND NOT is_closed AND NOT door.is_expired THEN
            IF door.version_id IS NULL THEN
                outcome := 'changed';
                RETURN NEXT;
                CONTINUE;
            END IF;
            INSERT INTO surveys_response (
                id, organisation_id, survey_id, version_id, invitation_id, collector_id, contact_id,
                place_id, channel, language, state, submission_id, fingerprint, answers, flags,
                started_at, answered_at)
            VALUES (
                sheet.id, door.organisation_id, door.survey_id, door.version_id, door.invitation_id,
                door.collector_id, door.contact_id, door.place_id,
                coalesce(sheet.channel, door.channel), sheet.language, sheet.state, sheet.submission,
                sheet.fingerprint, sheet.answers, sheet.flags, begun_at,
                coalesce(sheet.answered_at, now()))
            ON CONFLICT DO NOTHING
            RETURNING surveys_response.id INTO response_pk;
        END IF;

        IF response_pk IS NOT NULL THEN
            outcome := CASE sheet.state WHEN 'partial' THEN 'saved' ELSE 'created' END;
        ELSE
            SELECT r.id, r.state, r.fingerprint, r.submission_id, r.survey_id, r.invitation_id,
                   r.collector_id, r.flags, r.language, r.answers, r.started_at, r.answered_at,
                   r.callback_at, r.begun
            INTO known
            FROM surveys_response r
            WHERE r.organisation_id = door.organisation_id
              AND (r.submission_id = sheet.submission
                   OR (r.invitation_id = door.invitation_id
                       AND r.state IN ('partial', 'completed', 'quarantined')))
            ORDER BY (r.submission_id = sheet.submission) DESC
            LIMIT 1
            FOR NO KEY UPDATE OF r;

            -- Only who holds the door and the submission's id learns which response it became.
            IF known.submission_id = sheet.submission
               AND known.invitation_id IS NOT DISTINCT FROM door.invitation_id
               AND known.collector_id IS NOT DISTINCT FROM door.collector_id
            THEN
                response_pk := known.id;
            END IF;

            IF response_pk IS NOT NULL AND known.fingerprint = sheet.fingerprint
               AND (known.state = 'completed'
                    OR (known.state = 'quarantined' AND sheet.state <> 'completed'))
            THEN
                outcome := 'replayed';
            ELSIF door.completed_at IS NOT NULL THEN
                outcome := 'already_answered';
            ELSIF door.is_expired THEN
                outcome := 'expired';
            ELSIF is_closed THEN
                outcome := 'closed';
            ELSIF known.survey_id = door.survey_id
                AND known.invitation_id IS NOT DISTINCT FROM door.invitation_id
                AND known.collector_id IS NOT DISTINCT FROM door.collector_id
                -- What a person has begun is not written over by what is surely a machine's, and
                -- is kept beside what may be one's.
                AND (known.state = 'partial'
                         AND (sheet.state <> 'quarantined' OR 'held' = ANY (sheet.flags)
                              OR known.submission_id = sheet.submission)
                     OR (known.state = 'quarantined' AND sheet.state = 'completed'))
            THEN
                -- The sheet goes on, or a person confirms what a machine had sent. A sheet that
                -- takes another's place began when itself did, or when its person had begun.
                UPDATE surveys_response r SET
                    version_id = door.version_id, submission_id = sheet.submission,
                    state = sheet.state, language = sheet.language,
                    fingerprint = sheet.fingerprint, answers = sheet.answers, flags = sheet.flags,
                    answered_at = coalesce(sheet.answered_at, now()),
                    started_at = CASE WHEN 'quarantined' IN (known.state, sheet.state)
                        THEN least(begun_at, (known.begun ->> 'started_at')::timestamptz)
                        ELSE r.started_at END,
                    begun = CASE WHEN 'held' = ANY (sheet.flags) AND known.state = 'partial'
                        THEN jsonb_build_object(
                            'submission', known.submission_id, 'language', known.language,
                            'answers', known.answers, 'started_at', known.started_at,
                            'at', known.answered_at) END
                WHERE r.organisation_id = door.organisation_id AND r.id = known.id;
                response_pk := known.id;
                has_wish := known.callback_at IS NOT NULL;
                outcome := CASE sheet.state WHEN 'partial' THEN 'saved' ELSE 'created' END;
            ELSIF sheet.state = 'partial' AND known.state = 'quarantined'
                AND known.invitation_id = door.invitation_id
                AND known.submission_id <> sheet.submission
            THEN
                -- A person begins, or goes on, while a machine's sheet has the link's one place.
                UPDATE surveys_response r SET begun = jsonb_build_object(
                    'submission', sheet.submission, 'language', sheet.language,
                    'answers', sheet.answers, 'at', coalesce(sheet.answered_at, now()),
                    'started_at', least(begun_at, (known.begun ->> 'started_at')::timestamptz))
                WHERE r.organisation_id = door.organisation_id AND r.id = known.id;
                response_pk := known.id;
                outcome := 'saved';
            ELSE
                outcome := 'already_answered';
                -- Another score of the same message, and again nobody's hand: a machine's.
                IF known.state = 'quarantined' AND sheet.state = 'quarantined'
                   AND known.invitation_id = door.invitation_id
                   AND known.fingerprint <> sheet.fingerprint
                   AND known.answered_at > now() - interval '10 seconds'
                THEN
                    UPDATE surveys_response r
                    SET flags = array_replace(r.flags, 'held', 'burst')
                    WHERE r.organisation_id = door.organisation_id AND r.id = known.id;
                END IF;
            END IF;
        END IF;

        IF outcome = 'created' AND sheet.state = 'completed' THEN
            event_pk := uuidv7();
            event := event_pk::text;
            WITH scored AS (
                INSERT INTO surveys_score (
                    id, organisation_id, response_id, question_key, metric, value)
                SELECT uuidv7(), door.organisation_id, response_pk, t.question_key, t.metric, t.value
                FROM jsonb_to_recordset(sheet.scores)
                    AS t(question_key varchar, metric varchar, value smallint)
            ), completed AS (
                UPDATE surveys_invitation i SET completed_at = coalesce(sheet.answered_at, now())
                WHERE i.id = door.invitation_id
            )
            INSERT INTO events_domainevent (
                id, organisation_id, kind, payload, pending, ring_after, last_error)
            VALUES (
                event_pk, door.organisation_id, 'response.completed',
                jsonb_build_object('response', response_pk, 'survey', door.survey_id,
                                   'invitation', door.invitation_id, 'contact', door.contact_id,
                                   'has_wish', has_wish),
                subscribers, now() + interval '10 seconds', '');
        END IF;
        response := response_pk::text;
        RETURN NEXT;
    END LOOP;
END
$$;
