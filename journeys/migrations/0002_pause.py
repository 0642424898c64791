"""Since when a send is paused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0001_initial")]

    operations = [
        migrations.AddField("send", "paused_at", models.DateTimeField(blank=True, null=True)),
    ]
