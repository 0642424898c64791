"""Which form started a send, so that handing it in twice starts one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journeys", "0004_fault")]

    operations = [
        migrations.AddField(
            model_name="send",
            name="form_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="send",
            constraint=models.UniqueConstraint(
                fields=["organisation", "form_id"], name="journeys_send_form_key"
            ),
        ),
    ]
