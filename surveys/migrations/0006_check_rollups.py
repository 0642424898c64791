"""Whose counts the nightly check looks at."""

from django.db import migrations

COUNTED = """
CREATE FUNCTION surveys_counted_organisations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT organisation_id FROM surveys_survey WHERE current_version_id IS NOT NULL
    GROUP BY organisation_id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_lean_indexes")]

    operations = [
        migrations.RunSQL(COUNTED, "DROP FUNCTION surveys_counted_organisations()"),
    ]
