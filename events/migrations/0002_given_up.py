"""Events that a subscriber gave up: found without reading the others, and never forgotten."""

from django.db import migrations, models

from cxhub.lib.tenant_tables import sql_files


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "domainevent",
            models.Index(
                condition=models.Q(("dead", []), _negated=True),
                fields=["organisation", "created_at"],
                name="events_domainevent_given_up",
            ),
        ),
        *sql_files(__file__, "given_up"),
    ]
