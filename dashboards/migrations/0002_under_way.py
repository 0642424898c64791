"""What waits to be sent is looked for by the index that messages have now."""

from django.db import migrations

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = (
        ("dashboards", "0001_waiting"),
        ("channels_out", "0004_cheaper_claims"),
    )
    operations = sql_files(__file__, "waiting")
