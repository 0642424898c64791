"""One more kind of entry in a case's thread."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_callbacks")]

    operations = [
        migrations.AlterField(
            "caseevent",
            "kind",
            models.CharField(
                choices=[
                    ("opened", "Opened"),
                    ("assigned", "Assigned"),
                    ("note", "Note"),
                    ("state", "State changed"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("callback", "Callback asked for"),
                    ("changed", "Answer changed"),
                ],
                max_length=10,
            ),
        ),
    ]
