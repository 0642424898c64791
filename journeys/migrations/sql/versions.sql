-- A published journey never changes.
CREATE TRIGGER append_only BEFORE UPDATE OF definition, number
ON journeys_journeyversion FOR EACH ROW EXECUTE FUNCTION append_only();
