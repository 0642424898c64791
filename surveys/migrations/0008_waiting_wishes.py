"""A wish to be called back that waited with its answer is told with it."""

from django.db import migrations

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_held_answers")]

    operations = sql_files(__file__, "answers")
