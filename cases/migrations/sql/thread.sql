-- A case's thread is append-only.
CREATE TRIGGER append_only BEFORE UPDATE OF kind, text, detail, created_at
ON cases_caseevent FOR EACH ROW EXECUTE FUNCTION append_only();
