"""A message that was held back or cancelled on its way does not try again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0002_held_back")]

    operations = [
        migrations.AddField(
            "message", "recalled", models.CharField(blank=True, db_default="", max_length=12)
        ),
    ]
