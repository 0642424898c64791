"""Storing an answer writes no column of its event that nothing reads."""

from django.db import migrations

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_cheaper_answers")]

    operations = sql_files(__file__, "answers")
