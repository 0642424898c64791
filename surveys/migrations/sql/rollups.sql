-- The organisations with answers that are not counted yet.
CREATE FUNCTION surveys_unrolled_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM surveys_response WHERE state = 'completed' AND rolled_up_at IS NULL
$$;

-- Whose counts the nightly check looks at.
CREATE FUNCTION surveys_counted_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM surveys_survey WHERE current_version_id IS NOT NULL
    GROUP BY organisation_id
$$;
