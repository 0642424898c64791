"""The tables of this app; what the database does beyond them is in `sql/`, by noun."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now

from cxhub.lib.tenant_tables import SecureTenantTables, organisation, row_id, sql_files


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "DomainEvent",
            [
                ("id", row_id()),
                ("kind", models.CharField(max_length=60)),
                ("payload", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "pending",
                    ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
                ("ring_after", models.DateTimeField(db_default=Now())),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("organisation", organisation(db_index=False)),
                ("failures", models.JSONField(default=dict)),
                (
                    "dead",
                    ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("pending", []), _negated=True),
                        fields=["organisation", "ring_after"],
                        name="events_domainevent_pending",
                    )
                ]
            },
        ),
        SecureTenantTables("events", leaves=("domainevent",)),
        *sql_files(__file__, "outbox"),
    ]
