"""Who is left in peace for the time being."""

from django.db import models

from accounts.models import OrganisationOwned
from contacts.models.contact import Contact


class SurveyHold(OrganisationOwned):
    """No survey for a contact as long as somebody is busy with him, and a while after.

    `held_by` is the case, by its identifier: this app does not know it. Without `until` it is
    still open.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    held_by = models.UUIDField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "held_by"], name="contacts_surveyhold_key"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "contact"], name="contacts_surveyhold_contact")
        ]

    def __str__(self) -> str:
        return str(self.held_by)
