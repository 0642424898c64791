"""A rule may tell teams; `left` holds those of their members who asked not to be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]

    operations = [
        migrations.AddField("rule", "teams", models.JSONField(default=list)),
        migrations.AddField("rule", "left", models.JSONField(default=list)),
    ]
