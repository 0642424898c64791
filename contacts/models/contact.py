"""The customer and how he is recognised."""

from django.db import models

from accounts.models import OrganisationOwned
from contacts.enums import IdentityKind
from cxhub.lib.ordering import Alphabetical


class Contact(OrganisationOwned):
    """A customer of the organisation."""

    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # Stored, not computed by the query: row-level security lets an index start at a column's
    # value, never at what a function made of it.
    sort_name = models.GeneratedField(
        expression=Alphabetical("name"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="contacts_contact_recent"),
            # Only of those who have a name: no check of a foreign key can take it for its own.
            models.Index(
                fields=["organisation", "sort_name", "id"],
                condition=models.Q(sort_name__gt=""),
                name="contacts_contact_by_name",
            ),
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
