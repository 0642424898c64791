"""What happened at the customer's business, and one customer's way through a journey."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import OrganisationOwned
from contacts.models import Contact
from journeys.enums import RunState
from journeys.models.journey import Journey, JourneyVersion


class JourneyEvent(OrganisationOwned):
    """Something that happened to a contact at the organisation's business."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    type = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    properties = models.JSONField(default=dict, blank=True)
    dedupe_key = models.CharField(max_length=120)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "dedupe_key"],
                name="journeys_journeyevent_dedupe_key",
            )
        ]

    def __str__(self) -> str:
        return self.type


class JourneyRun(OrganisationOwned):
    """One contact's way through a journey; its version is that of the latest event."""

    journey = models.ForeignKey(
        Journey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    version = models.ForeignKey(
        JourneyVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    state = models.CharField(max_length=8, choices=RunState, default=RunState.ACTIVE)
    started_at = models.DateTimeField(db_default=Now())
    last_event_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "journey", "contact"],
                condition=models.Q(state="active"),
                name="journeys_journeyrun_active_key",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
