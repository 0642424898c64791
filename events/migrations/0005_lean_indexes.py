"""Indexes of the outbox that nothing asks: every answer paid for them."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "events_domainevent"
KEY = f"{TABLE}_tenant_key"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_tenancy"), ("events", "0004_dead_letters")]

    operations = [
        migrations.RemoveIndex("domainevent", "events_domainevent_recent"),
        migrations.AlterField(
            "domainevent",
            "organisation",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        # No row points at an event, so nothing needs the pair to be unique.
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {KEY}",
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {KEY} UNIQUE (organisation_id, id)",
        ),
    ]
