-- Whose channel this is, before a tenant is known.
CREATE FUNCTION channels_out_channel_owner(wanted uuid)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM channels_out_channel t WHERE t.id = wanted
$$;

-- Whose simulated number a text was sent to.
CREATE FUNCTION channels_out_simulated_number(wanted text)
RETURNS TABLE (organisation_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.organisation_id, t.id FROM channels_out_channel t
    WHERE t.kind = 'sms' AND t.provider = 'simulator' AND t.sender = wanted
    ORDER BY t.created_at LIMIT 1
$$;
