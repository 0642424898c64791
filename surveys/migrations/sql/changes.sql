-- What a customer answered before he changed it is never rewritten.
CREATE TRIGGER append_only BEFORE UPDATE OF answers, language, replaced_at
ON surveys_earlieranswer FOR EACH ROW EXECUTE FUNCTION append_only();
