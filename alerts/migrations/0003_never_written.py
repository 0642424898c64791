"""Columns that nothing wrote: an incident is a fact, and its case has the life."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_teams")]

    operations = [
        migrations.RemoveField("incident", "state"),
        migrations.RemoveField("incident", "closed_at"),
        migrations.RemoveField("notification", "read_at"),
    ]
