-- A rule's version never changes.
CREATE TRIGGER append_only BEFORE UPDATE OF definition, revision
ON alerts_ruleversion FOR EACH ROW EXECUTE FUNCTION append_only();
