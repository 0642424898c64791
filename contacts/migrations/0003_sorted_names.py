"""Contacts by name: the key that people look names up by, and its index."""

from django.db import migrations, models

from cxhub.lib.ordering import Alphabetical


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_survey_holds")]

    operations = [
        migrations.AddField(
            "contact",
            "sort_name",
            models.GeneratedField(
                expression=Alphabetical("name"), output_field=models.TextField(), db_persist=True
            ),
        ),
        migrations.AddIndex(
            "contact",
            models.Index(
                fields=["organisation", "sort_name", "id"],
                condition=models.Q(sort_name__gt=""),
                name="contacts_contact_by_name",
            ),
        ),
    ]
