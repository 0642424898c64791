"""A message that is not to leave yet is called held back; nothing changes in the database."""

from django.db import migrations, models

STATES = [
    ("draft", "Held back"),
    ("queued", "Waiting to be sent"),
    ("sending", "Being sent"),
    ("unknown", "Not known whether it was sent"),
    ("retry_wait", "Waiting for another try"),
    ("accepted", "Accepted by the provider"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("undelivered", "Not delivered"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
    ("suppressed", "Not sent: excluded"),
]


class Migration(migrations.Migration):
    dependencies = [("channels_out", "0001_initial")]

    operations = [
        migrations.AlterField(
            "message",
            "state",
            models.CharField(choices=STATES, default="queued", max_length=12),
        ),
    ]
