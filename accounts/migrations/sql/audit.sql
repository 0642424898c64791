-- Logs, ledgers and published versions never change: their tables' triggers call this.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF action, target, detail, actor_label, created_at
ON accounts_auditevent
FOR EACH ROW EXECUTE FUNCTION append_only();
