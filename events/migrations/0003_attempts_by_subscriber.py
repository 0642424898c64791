"""Attempts are counted per subscriber, in `failures`: the one number for all was never written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0002_given_up"), ("surveys", "0006_cheaper_answers")]

    operations = [migrations.RemoveField("domainevent", "attempts")]
