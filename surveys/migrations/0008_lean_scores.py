"""The pair (organisation, id) of a score: no row points at a score, and every answer paid for it."""

from django.db import migrations

KEY = "surveys_score_tenant_key"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_answers_by_token_first")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE surveys_score DROP CONSTRAINT {KEY}",
            f"ALTER TABLE surveys_score ADD CONSTRAINT {KEY} UNIQUE (organisation_id, id)",
        ),
    ]
