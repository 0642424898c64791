"""Storing an answer asks for no id and no key that it has already, and writes nothing unread."""

from django.db import migrations

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_begun_answers")]

    operations = sql_files(__file__, "answers", "scores")
