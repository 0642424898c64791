"""Accepting answers: look a door up by its token, whatever the tables' statistics say.

The plan of a function is kept per connection. Made while the tables were small or had no
statistics, it could start from the version and read every invitation of the survey for each
sheet: ten times the work. The joins now run in the order in which they are written.
"""

from django.db import migrations

ORDERED = "ALTER FUNCTION surveys_accept(jsonb, varchar[]) SET join_collapse_limit = 1"
FREE = "ALTER FUNCTION surveys_accept(jsonb, varchar[]) RESET join_collapse_limit"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_check_rollups")]

    operations = [migrations.RunSQL(ORDERED, FREE)]
