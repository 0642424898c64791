"""The words for customers who are left in peace; nothing changes in the database."""

from django.db import migrations, models

REASONS = [
    ("no_address", "No address for this channel"),
    ("no_consent", "No consent for this channel"),
    ("withdrawn", "Consent withdrawn"),
    ("suppressed", "On the stop list"),
    ("recently_asked", "Asked recently"),
    ("same_survey", "Already asked with this survey"),
    ("open_case", "Has a case that is open or was closed this week"),
    ("quiet_hours", "Outside sending hours"),
    ("no_channel", "No sender configured for this channel"),
    ("survey_not_live", "The survey is not live"),
    ("expired", "Too late to ask"),
    ("fault", "Could not be prepared"),
]


class Migration(migrations.Migration):
    dependencies = [("journeys", "0002_pause")]

    operations = [
        migrations.AlterField(
            "outreach",
            "reason",
            models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
    ]
