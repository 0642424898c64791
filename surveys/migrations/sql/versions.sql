-- A published version never changes.
CREATE TRIGGER append_only BEFORE UPDATE OF definition, number
ON surveys_surveyversion FOR EACH ROW EXECUTE FUNCTION append_only();

-- What was published, and whose it is.
CREATE FUNCTION surveys_version_content(wanted uuid)
RETURNS TABLE (organisation_id text, survey_id text, definition jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.organisation_id::text, v.survey_id::text, v.definition
    FROM surveys_surveyversion v WHERE v.id = wanted
$$;
