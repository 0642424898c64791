-- What the page behind a personal link needs: as surveys_open_invitation, which servers of the
-- release before this one still call, and whether its customer has begun within the last week, be it
-- that a machine's sheet came since.
--
-- By index only: the plan is kept, and must not stay what it was when the tables were small.
CREATE OR REPLACE FUNCTION surveys_open_link(wanted text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            o.id, o.name, o.contact_email, o.is_suspended, s.id, s.current_version_id, s.state,
            s.languages, s.default_language, i.language, p.name, NULL, true,
            extract(epoch FROM i.completed_at), i.expires_at <= now(),
            i.completed_at IS NULL AND EXISTS (
                SELECT FROM surveys_response r
                WHERE r.organisation_id = i.organisation_id AND r.invitation_id = i.id
                  AND r.state IN ('partial', 'quarantined')
                  AND CASE r.state WHEN 'partial' THEN r.answered_at
                      ELSE (r.begun ->> 'at')::timestamptz END > now() - interval '7 days'))::text
        FROM surveys_invitation i
        JOIN surveys_survey s ON s.id = i.survey_id
        JOIN accounts_organisation o ON o.id = i.organisation_id
        LEFT JOIN accounts_place p ON p.id = i.place_id
        WHERE i.token_hash = wanted
        LIMIT 1);
END
$$;
