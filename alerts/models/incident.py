"""What a rule found, and who was told."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Membership, OrganisationOwned
from alerts.enums import NotificationState
from alerts.models.rule import Rule, RuleVersion
from channels_out.models import Message
from surveys.models import Response


class Incident(OrganisationOwned):
    """A rule matched a response: once per pair, whatever runs twice."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    rule_version = models.ForeignKey(
        RuleVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule", "response"], name="alerts_incident_key"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-opened_at"], name="alerts_incident_recent")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Notification(OrganisationOwned):
    """One member to be told about one incident, and what became of it.

    `due_at` is later than `created_at` when the mail waits for others to share one with.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    member = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    channel_kind = models.CharField(max_length=20)
    state = models.CharField(
        max_length=8, choices=NotificationState, default=NotificationState.PENDING
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    error = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "incident", "member", "channel_kind"],
                name="alerts_notification_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at"],
                condition=models.Q(state="pending"),
                name="alerts_notification_due",
            ),
            models.Index(
                fields=["organisation", "message"],
                condition=models.Q(state="queued"),
                name="alerts_notification_queued",
            ),
            models.Index(
                fields=["organisation", "member", "-created_at"],
                name="alerts_notification_member",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
