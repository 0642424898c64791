-- A score belongs to its answer's organisation: the key (organisation, response) says so already,
-- and each answer need not look its organisation up once more.
ALTER TABLE surveys_score DROP CONSTRAINT surveys_score_organisation_id_52a6fe29_fk_accounts_;
