"""The decisions to ask or not to ask, and the manual sends that cause them."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import OrganisationOwned, User
from channels_out.models import Message
from contacts.models import Contact
from journeys.enums import OutreachReason, OutreachState, SendMode, SendState
from journeys.models.journey import Touchpoint
from journeys.models.run import JourneyEvent, JourneyRun
from surveys.models import Invitation, Survey


class Send(OrganisationOwned):
    """A survey sent by hand to chosen contacts."""

    name = models.CharField(max_length=80)
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    channel_kind = models.CharField(max_length=20)
    mode = models.CharField(max_length=12, choices=SendMode, blank=True)
    audience = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=SendState, default=SendState.PLANNING)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    # What the browser says, unlike the primary key: handing one form in twice starts one send.
    form_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "form_id"], name="journeys_send_form_key"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="journeys_send_recent"),
            models.Index(
                fields=["organisation"],
                condition=models.Q(state="planning"),
                name="journeys_send_planning",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Outreach(OrganisationOwned):
    """One decision to ask one contact, or not to, with its reason."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    channel_kind = models.CharField(max_length=20)
    send = models.ForeignKey(
        Send,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    journey_run = models.ForeignKey(
        JourneyRun,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    journey_event = models.ForeignKey(
        JourneyEvent,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    touchpoint = models.ForeignKey(
        Touchpoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    state = models.CharField(max_length=10, choices=OutreachState)
    reason = models.CharField(max_length=20, choices=OutreachReason, blank=True)
    due_at = models.DateTimeField()
    eligible_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "send", "contact"],
                condition=models.Q(send__isnull=False),
                name="journeys_outreach_send_key",
            ),
            models.UniqueConstraint(
                fields=["organisation", "journey_event", "touchpoint"],
                condition=models.Q(journey_event__isnull=False),
                name="journeys_outreach_event_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at"],
                condition=models.Q(state__in=["planned", "deferred"]),
                name="journeys_outreach_due",
            ),
            models.Index(
                fields=["organisation", "contact", "-created_at"],
                name="journeys_outreach_who",
            ),
            models.Index(
                fields=["organisation", "invitation"],
                name="journeys_outreach_invitation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state}"
