"""The consent ledger and the stop list: append-only."""

from django.db import models

from accounts.models import OrganisationOwned
from contacts.enums import (
    ConsentPurpose,
    ConsentSource,
    ConsentState,
    IdentityKind,
    SuppressionReason,
)
from contacts.models.contact import Contact


class ConsentEvent(OrganisationOwned):
    """A consent given or withdrawn: who, which channel, which purpose, which words, when."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=12, choices=ConsentPurpose)
    state = models.CharField(max_length=10, choices=ConsentState)
    wording = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    source = models.CharField(max_length=10, choices=ConsentSource)
    evidence = models.JSONField(default=dict, blank=True)
    actor_label = models.CharField(max_length=120, blank=True)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=[
                    "organisation",
                    "contact",
                    "channel",
                    "purpose",
                    "-effective_at",
                ],
                name="contacts_consent_latest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.state}"


class Suppression(OrganisationOwned):
    """A step of the stop list for one address, kept as a keyed hash so that it survives erasure."""

    kind = models.CharField(max_length=8, choices=IdentityKind)
    value_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=SuppressionReason)
    is_lifted = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "kind", "value_hash", "-created_at"],
                name="contacts_suppression_latest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reason}"
