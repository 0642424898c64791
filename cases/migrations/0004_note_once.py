"""A note is named by its form: a double click writes one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_hidden_reverse")]

    operations = [
        migrations.AddField(
            model_name="caseevent",
            name="note_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.UniqueConstraint(
                fields=("organisation", "case", "note_id"), name="cases_caseevent_note_key"
            ),
        ),
    ]
