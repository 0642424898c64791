"""How a text asks, when a person may be asked again, removal with undo, sends being planned."""

from django.db import migrations, models

DUE = """
CREATE OR REPLACE FUNCTION journeys_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM journeys_outreach
    WHERE state IN ('planned', 'deferred') AND due_at <= now()
    UNION
    SELECT organisation_id FROM journeys_send WHERE state = 'planning'
$$
"""

DUE_BEFORE = """
CREATE OR REPLACE FUNCTION journeys_due_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT organisation_id FROM journeys_outreach
    WHERE state IN ('planned', 'deferred') AND due_at <= now()
$$
"""


class Migration(migrations.Migration):
    dependencies = [("journeys", "0002_tenancy")]

    operations = [
        migrations.AddField(
            model_name="send",
            name="mode",
            field=models.CharField(
                blank=True,
                choices=[
                    ("conversation", "By replying to the text"),
                    ("link", "By a link in the text"),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="outreach",
            name="eligible_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="stage",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="touchpoint",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="send",
            index=models.Index(
                condition=models.Q(("state", "planning")),
                fields=["organisation"],
                name="journeys_send_planning",
            ),
        ),
        migrations.RunSQL(DUE, DUE_BEFORE),
    ]
