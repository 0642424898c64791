"""One more reason not to ask: the message itself could not be made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0003_sending")]

    operations = [
        migrations.AlterField(
            model_name="outreach",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_address", "No address for this channel"),
                    ("no_consent", "No consent for this channel"),
                    ("withdrawn", "Consent withdrawn"),
                    ("suppressed", "On the stop list"),
                    ("recently_asked", "Asked recently"),
                    ("same_survey", "Already asked with this survey"),
                    ("open_case", "Has an open case"),
                    ("quiet_hours", "Outside sending hours"),
                    ("no_channel", "No sender configured for this channel"),
                    ("survey_not_live", "The survey is not live"),
                    ("expired", "Too late to ask"),
                    ("fault", "Could not be prepared"),
                ],
                max_length=20,
            ),
        ),
    ]
