"""A place that is no more keeps what names it, and is not offered again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("place", "archived_at", models.DateTimeField(blank=True, null=True)),
    ]
