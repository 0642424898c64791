"""Customers whose case is open, or was closed this week, are left in peace."""

from django.db import migrations

HOLD = """
INSERT INTO contacts_surveyhold (id, organisation_id, contact_id, held_by, until)
SELECT uuidv7(), organisation_id, contact_id, id, closed_at + interval '7 days'
FROM cases_case
WHERE contact_id IS NOT NULL AND (closed_at IS NULL OR closed_at > now() - interval '7 days')
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_changed_answers"), ("contacts", "0002_survey_holds")]

    operations = [migrations.RunSQL(HOLD, "DELETE FROM contacts_surveyhold")]
