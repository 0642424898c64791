-- The organisations with answers that wait until it is known whether a machine sent them.
CREATE FUNCTION surveys_holding_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM surveys_response
    WHERE state = 'quarantined' AND flags @> ARRAY['held']::varchar(20)[]
$$;
