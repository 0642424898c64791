-- When a link goes, its visits go: a visit that is being counted must not keep the link alive.
ALTER TABLE surveys_linkvisit DROP CONSTRAINT surveys_linkvisit_invitation_id_tenant_fk;
ALTER TABLE surveys_linkvisit ADD CONSTRAINT surveys_linkvisit_invitation_id_tenant_fk
    FOREIGN KEY (organisation_id, invitation_id) REFERENCES surveys_invitation (organisation_id, id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- Visits that were added up by link and network. Runs as the owner, because one batch holds those of
-- several organisations: it takes the organisation from the row of the link, never from its argument,
-- and writes nowhere else.
--
-- One batch after the other, over all processes: so the bound of networks is exact, and what was read
-- of a row is still true when it is written. Three rating links of one message within ten seconds from
-- one network are a machine's, and so are the visits that came with them. Joins by index only: the
-- plan is kept, and must not stay what it was when the tables were small.
CREATE FUNCTION surveys_count_visits(tallies jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    written integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('surveys_count_visits'));

    WITH given AS MATERIALIZED (
        SELECT i.organisation_id, i.id AS invitation_id, t.network,
               to_timestamp(t.first_at) AS first_at, to_timestamp(t.last_at) AS last_at,
               t.visits, t.automated, t.scores
        FROM jsonb_to_recordset(tallies) AS t(
            token_hash text, network varchar, first_at float8, last_at float8,
            visits integer, automated integer, scores integer)
        JOIN surveys_invitation i ON i.token_hash = t.token_hash
        ORDER BY t.token_hash
        FOR KEY SHARE OF i
    ), met AS (
        SELECT g.*, k.id AS known_id, k.first_at AS known_first, k.last_at AS known_last,
               coalesce(k.visits, 0) AS known_visits,
               coalesce(k.automated_visits, 0) AS known_automated,
               coalesce(abs(extract(epoch FROM g.first_at - k.burst_at)) <= 10, false) AS goes_on,
               k.burst_at, k.burst_scores, k.burst_visits,
               (SELECT count(*) FROM surveys_linkvisit h
                WHERE h.organisation_id = g.organisation_id
                  AND h.invitation_id = g.invitation_id) AS held,
               row_number() OVER (
                   PARTITION BY g.invitation_id, k.id IS NULL ORDER BY g.first_at) AS place
        FROM given g
        LEFT JOIN surveys_linkvisit k ON k.organisation_id = g.organisation_id
            AND k.invitation_id = g.invitation_id AND k.network = g.network
    ), burst AS (
        SELECT m.*,
               CASE WHEN goes_on THEN burst_at ELSE first_at END AS new_at,
               CASE WHEN goes_on THEN burst_scores | scores ELSE scores END AS new_scores,
               visits - automated + CASE WHEN goes_on THEN burst_visits ELSE 0 END AS new_visits
        FROM met m
        WHERE known_id IS NOT NULL OR held + place <= 20
    ), judged AS (
        SELECT b.*, bit_count(new_scores::bit(11)) >= 3 AS is_machine FROM burst b
    )
    INSERT INTO surveys_linkvisit (
        id, organisation_id, invitation_id, network, first_at, last_at, visits, automated_visits,
        burst_at, burst_scores, burst_visits)
    SELECT uuidv7(), organisation_id, invitation_id, network,
           least(known_first, first_at), greatest(known_last, last_at),
           known_visits + visits,
           known_automated + automated + CASE WHEN is_machine THEN new_visits ELSE 0 END,
           new_at, new_scores, CASE WHEN is_machine THEN 0 ELSE new_visits END
    FROM judged
    ON CONFLICT (organisation_id, invitation_id, network) DO UPDATE SET
        first_at = excluded.first_at, last_at = excluded.last_at, visits = excluded.visits,
        automated_visits = excluded.automated_visits, burst_at = excluded.burst_at,
        burst_scores = excluded.burst_scores, burst_visits = excluded.burst_visits;

    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
