-- The consent ledger and the stop list take no change: no column, and no deletion.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contacts_consentevent
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contacts_suppression
FOR EACH ROW EXECUTE FUNCTION append_only();
