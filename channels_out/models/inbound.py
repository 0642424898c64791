"""Texts that customers send us."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import OrganisationOwned
from channels_out.models.channel import Channel
from contacts.models import Contact


class InboundMessage(OrganisationOwned):
    """One text received, once, whatever the provider repeats."""

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    sender = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    provider_id = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20, blank=True)
    media = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "provider_id"],
                name="channels_out_inboundmessage_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.text[:40]}"


class SmsConversation(OrganisationOwned):
    """One open exchange per (sender, number).

    `subject_id` names what is being asked (an invitation); this app carries the words and
    does not know what they mean.
    """

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    number = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    step = models.CharField(max_length=40, blank=True)
    reprompts = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_inbound_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "number"],
                condition=models.Q(is_open=True),
                name="channels_out_smsconversation_open_key",
            )
        ]

    def __str__(self) -> str:
        return self.number
