"""What an operator may know of all organisations: since when work waits, and nothing else."""

from pathlib import Path

from django.db import migrations

WAITING = Path(__file__).parent / "sql" / "waiting.sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = (
        ("events", "0001_initial"),
        ("alerts", "0001_initial"),
        ("channels_out", "0001_initial"),
        ("surveys", "0001_initial"),
    )
    operations = (
        migrations.RunSQL(WAITING.read_text(), "DROP FUNCTION dashboards_oldest_waiting()"),
    )
