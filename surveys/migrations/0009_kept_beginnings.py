"""What a person had begun stays beside a machine's sheet that came behind the same link."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("surveys", "0008_waiting_wishes")]

    operations = [
        migrations.AddField("response", "begun", models.JSONField(blank=True, null=True)),
        *sql_files(__file__, "answers", "begun", "saved"),
    ]
