"""The customer and how he is recognised."""

from django.db import models

from accounts.models import OrganisationOwned
from contacts.enums import IdentityKind


class Contact(OrganisationOwned):
    """A customer of the organisation."""

    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="contacts_contact_recent")
        ]

    def __str__(self) -> str:
        return self.name


class Identity(OrganisationOwned):
    """One normalised address or reference of a contact: E.164, lower-cased email, or your ID.

    The row is also the lock between a STOP (FOR NO KEY UPDATE) and a send (FOR SHARE).
    """

    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        related_name="identities",
        db_constraint=False,
    )
    kind = models.CharField(max_length=8, choices=IdentityKind)
    value = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "value"],
                name="contacts_identity_value_key",
            ),
            models.UniqueConstraint(
                fields=["organisation", "contact", "kind"], name="contacts_identity_one"
            ),
        ]

    def __str__(self) -> str:
        return self.value
