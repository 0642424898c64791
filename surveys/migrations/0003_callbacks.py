"""The wish to be called back, on the response that it belongs to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_link_visits")]

    operations = [
        migrations.AddField(
            "response", "callback_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "response",
            "callback_way",
            models.CharField(blank=True, db_default="", max_length=254),
        ),
    ]
