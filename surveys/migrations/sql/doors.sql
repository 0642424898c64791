-- Whose invitation or collector this is, before a tenant is known.
CREATE FUNCTION surveys_invitation_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM surveys_invitation t WHERE t.token_hash = wanted
$$;

CREATE FUNCTION surveys_collector_owner(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM surveys_collector t WHERE t.code = upper(wanted)
$$;

-- What the page behind a door needs. Both give one JSON array: one value is the cheapest row to
-- make, to send and to read.
CREATE FUNCTION surveys_open_invitation(wanted text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            o.id, o.name, o.contact_email, o.is_suspended, s.id, s.current_version_id, s.state,
            s.languages, s.default_language, i.language, p.name, NULL, true,
            extract(epoch FROM i.completed_at), i.expires_at <= now())::text
        FROM surveys_invitation i
        JOIN surveys_survey s ON s.id = i.survey_id
        JOIN accounts_organisation o ON o.id = i.organisation_id
        LEFT JOIN accounts_place p ON p.id = i.place_id
        WHERE i.token_hash = wanted
        LIMIT 1);
END
$$;

CREATE FUNCTION surveys_open_collector(wanted text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            o.id, o.name, o.contact_email, o.is_suspended, s.id, s.current_version_id, s.state,
            s.languages, s.default_language, '', p.name, c.id, c.is_open, NULL, false)::text
        FROM surveys_collector c
        JOIN surveys_survey s ON s.id = c.survey_id
        JOIN accounts_organisation o ON o.id = c.organisation_id
        LEFT JOIN accounts_place p ON p.id = c.place_id
        WHERE c.code = upper(wanted)
        LIMIT 1);
END
$$;

-- What a browser saved before it was closed; the caller has proved by a signed cookie that it is
-- the same browser, and the door must be the one of the sheet.
CREATE FUNCTION surveys_saved_answers(wanted_hash text, wanted_collector uuid, wanted_submission uuid)
RETURNS TABLE (answers jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.answers FROM surveys_invitation i
    JOIN surveys_response r ON r.organisation_id = i.organisation_id AND r.invitation_id = i.id
    WHERE i.token_hash = wanted_hash AND r.submission_id = wanted_submission AND r.state = 'partial'
    UNION ALL
    SELECT r.answers FROM surveys_collector c
    JOIN surveys_response r ON r.organisation_id = c.organisation_id AND r.collector_id = c.id
    WHERE c.id = wanted_collector AND r.submission_id = wanted_submission AND r.state = 'partial'
$$;

-- Room beside each invitation for the update that completes it.
ALTER TABLE surveys_invitation SET (fillfactor = 80);
