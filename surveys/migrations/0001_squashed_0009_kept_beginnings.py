"""What an empty database runs instead of the series; one with a part of it goes on with the rest."""

from django.db import migrations

from cxhub.lib.tenant_tables import TablesAfter, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("contacts", "0001_initial"), ("events", "0001_initial")]
    replaces = [
        ("surveys", "0001_initial"),
        ("surveys", "0002_link_visits"),
        ("surveys", "0003_callbacks"),
        ("surveys", "0004_changed_answers"),
        ("surveys", "0005_begun_answers"),
        ("surveys", "0006_cheaper_answers"),
        ("surveys", "0007_held_answers"),
        ("surveys", "0008_waiting_wishes"),
        ("surveys", "0009_kept_beginnings"),
    ]

    operations = [
        TablesAfter(replaces),
        *sql_files(
            __file__,
            "versions",
            "doors",
            "answers",
            "rollups",
            "visits",
            "changes",
            "begun",
            "saved",
            "scores",
            "holding",
        ),
    ]
