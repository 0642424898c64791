"""The map of a customer's journey."""

from django.db import models

from accounts.models import Membership, OrganisationOwned, User
from journeys.enums import JourneyState
from surveys.models import Survey


class Journey(OrganisationOwned):
    """A journey: what the editor changes; an event follows the version that is live."""

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=JourneyState, default=JourneyState.DRAFT)
    current_version = models.ForeignKey(
        "journeys.JourneyVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class JourneyVersion(OrganisationOwned):
    """What was published: stages and touchpoints as one document, never changed afterwards."""

    journey = models.ForeignKey(
        Journey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "journey", "number"],
                name="journeys_journeyversion_number_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} v{self.number}"


class Stage(OrganisationOwned):
    """A part of the journey, in order."""

    journey = models.ForeignKey(
        Journey, on_delete=models.CASCADE, related_name="stages", db_constraint=False
    )
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Touchpoint(OrganisationOwned):
    """A contact between customer and company: what triggers the question, when, how, whose."""

    journey = models.ForeignKey(
        Journey,
        on_delete=models.CASCADE,
        related_name="touchpoints",
        db_constraint=False,
    )
    stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="touchpoints", db_constraint=False
    )
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    event_type = models.CharField(max_length=60, blank=True)
    delay_minutes = models.PositiveIntegerField(default=0)
    survey = models.ForeignKey(
        Survey,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    channel_kind = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    is_moment_of_truth = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name
