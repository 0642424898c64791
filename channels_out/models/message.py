"""A text on its way to one address, and everything that was heard about it."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Organisation, OrganisationOwned, User
from channels_out.enums import MessageState
from channels_out.models.channel import Channel
from contacts.models import Contact

# What may still be claimed, held back or asked about. Every message that waits or is being sent is
# one of these; what a claim writes is not in it, so that a claim touches no index.
UNDER_WAY = models.Q(sent_at__isnull=True, settled_at__isnull=True)


class MessageBody(OrganisationOwned):
    """A wording with `{slots}`, shared by the messages that carry it."""

    digest = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest"],
                name="channels_out_messagebody_digest_key",
            )
        ]

    def __str__(self) -> str:
        return self.subject or self.text[:40]


class Message(OrganisationOwned):
    """A body for one address, with its state; to a contact, or to a member (alerts).

    `slots` fill the body's placeholders; those that are secrets (personal links) are sealed
    and erased once the provider has the message. `dedupe_key` makes planning idempotent.
    `lease_until` ends a claim; for a message of unknown fate it is when to look it up next.
    `ring_after` spares the broker from a bell for work that was rung for a moment ago.
    Every index costs each of a message's updates, so its relations have none of their own; and
    the table is filled by half (sql/messages.sql), so that a claim's update finds room beside its
    row and writes to no index at all.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    body = models.ForeignKey(
        MessageBody, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    purpose = models.CharField(max_length=12)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    slots = models.JSONField(default=dict, blank=True)
    sealed_slots = models.TextField(blank=True)
    dedupe_key = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=MessageState, default=MessageState.QUEUED)
    reason = models.CharField(max_length=40, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    claim_token = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    ring_after = models.DateTimeField(db_default=Now())
    looks = models.PositiveSmallIntegerField(default=0)
    is_resent = models.BooleanField(default=False)
    # What becomes of it instead of another try, when it was held back or cancelled on its way.
    recalled = models.CharField(max_length=12, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "dedupe_key"],
                name="channels_out_message_dedupe_key",
            ),
            models.UniqueConstraint(
                fields=["organisation", "channel", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="channels_out_message_provider_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "next_attempt_at"],
                condition=UNDER_WAY,
                name="channels_out_message_under_way",
            ),
            models.Index(
                fields=["organisation", "contact", "-created_at"],
                name="channels_out_message_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.state}"


class MessageEvent(OrganisationOwned):
    """Something the provider (or the sweeper) said about a message: append-only evidence."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=30)
    provider_id = models.CharField(max_length=120, blank=True)
    provider_event_id = models.CharField(max_length=120, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "message",
                    "status",
                    "provider_event_id",
                    "provider_id",
                ],
                name="channels_out_messageevent_key",
            )
        ]

    def __str__(self) -> str:
        return self.status
