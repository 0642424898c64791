"""Queueing messages, once each, and taking back those that have not left."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Organisation, User
from channels_out.actions.bells import RING_AGAIN_AFTER, ring
from channels_out.enums import AWAY_STATES, HERE_STATES, MessageState, Purpose
from channels_out.models import Channel, Message, MessageBody
from channels_out.models.message import UNDER_WAY
from contacts.models import Contact
from cxhub.lib.sealing import seal

IS_HERE = Q(state__in=HERE_STATES)


@dataclass(frozen=True)
class Body:
    """A wording with `{slots}`; messages that share it share one row."""

    subject: str = ""
    text: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """One message to queue.

    `secret_slots` (personal links) are kept encrypted and forgotten once the message has left;
    one named `unsubscribe_url` also becomes the mail's List-Unsubscribe. `dedupe_key` names
    the reason to write: the same key is never queued twice.
    """

    to: str
    language: str
    body: Body
    purpose: str
    dedupe_key: str
    expires_at: datetime
    slots: Mapping[str, str] = field(default_factory=dict)
    secret_slots: Mapping[str, str] = field(default_factory=dict)
    contact: Contact | None = None
    user: User | None = None
    not_before: datetime | None = None


@transaction.atomic
def queue_messages(
    *, organisation: Organisation, channel: Channel, letters: Sequence[Letter]
) -> list[Message]:
    """Queue a message per letter and ring for the new ones; returns them in the letters' order.

    A letter whose key is known already brings back the message of that time, untouched.
    """
    bodies = _bodies(organisation, {_digest(letter.body): letter.body for letter in letters})
    fresh = [_message(organisation, channel, letter, bodies) for letter in letters]
    Message.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    stored = {
        message.dedupe_key: message
        for message in Message.objects.within(organisation).filter(
            dedupe_key__in=[letter.dedupe_key for letter in letters]
        )
    }
    new = {message.pk for message in fresh}
    now = timezone.now()
    ring(
        organisation.pk,
        channel.kind,
        [
            (message.pk, message.purpose)
            for message in stored.values()
            if message.pk in new and message.next_attempt_at <= now
        ],
    )
    return [stored[letter.dedupe_key] for letter in letters]


@transaction.atomic
def cancel_by_id(*, organisation: Organisation, message_ids: Collection[UUID]) -> int:
    """Take back those of the messages that have not left, or that come back; returns how many."""
    return _cancel(Message.objects.within(organisation).filter(pk__in=message_ids))


@transaction.atomic
def cancel_to_address(*, organisation: Organisation, channel: Channel, address: str) -> int:
    """Take back everything that waits to leave for an address, except confirmations."""
    return _cancel(
        Message.objects.within(organisation)
        .filter(channel__kind=channel.kind, to=address)
        .exclude(purpose=Purpose.NOTICE)
    )


@transaction.atomic
def hold_back(*, organisation: Organisation, message_ids: Collection[UUID]) -> int:
    """Keep those of the messages that have not left, or that come back, until they are let go."""
    return _recall(
        Message.objects.within(organisation).filter(pk__in=message_ids), MessageState.DRAFT
    )


@transaction.atomic
def let_go(
    *, organisation: Organisation, message_ids: Collection[UUID], held_for: timedelta
) -> int:
    """Let messages leave that were held back; the time they were held costs them nothing."""
    wanted = Message.objects.within(organisation).filter(pk__in=message_ids)
    # First those on their way: one that comes back now waits for its next try.
    wanted.filter(recalled=MessageState.DRAFT).update(recalled="")
    held = wanted.filter(state=MessageState.DRAFT)
    # The clock rings for them: a bell each would have to know their channels.
    return held.update(
        state=MessageState.QUEUED,
        next_attempt_at=Now(),
        ring_after=Now(),
        expires_at=F("expires_at") + held_for,
    )


def _cancel(messages: QuerySet[Message]) -> int:
    """Where they have not left, and forget their personal links."""
    return _recall(
        messages,
        MessageState.CANCELLED,
        settled_at=Case(When(IS_HERE, then=Now())),
        sealed_slots=Case(When(IS_HERE, then=Value("", TextField())), default=F("sealed_slots")),
    )


def _recall(messages: QuerySet[Message], to: MessageState, **changes: Case) -> int:
    """Take messages out of the line: at once what is here, and what is away if it comes back.

    What was cancelled stays so. One statement, so that none is missed that comes back meanwhile.
    """
    return messages.filter(UNDER_WAY, state__in=HERE_STATES | AWAY_STATES).update(
        state=Case(When(IS_HERE, then=Value(to)), default=F("state")),
        recalled=Case(
            When(IS_HERE, then=Value("")),
            When(recalled=MessageState.CANCELLED, then=F("recalled")),
            default=Value(to),
        ),
        **changes,
    )


def _message(
    organisation: Organisation, channel: Channel, letter: Letter, bodies: Mapping[str, UUID]
) -> Message:
    message = Message(
        organisation=organisation,
        channel=channel,
        body_id=bodies[_digest(letter.body)],
        contact=letter.contact,
        user=letter.user,
        purpose=letter.purpose,
        to=letter.to,
        language=letter.language,
        slots=dict(letter.slots),
        sealed_slots=seal(dict(letter.secret_slots)) if letter.secret_slots else "",
        dedupe_key=letter.dedupe_key,
        expires_at=letter.expires_at,
        ring_after=(letter.not_before or timezone.now()) + RING_AGAIN_AFTER,
    )
    if letter.not_before is not None:
        message.next_attempt_at = letter.not_before
    return message


def _digest(body: Body) -> str:
    content = [body.subject, body.text, body.html, sorted(body.headers.items())]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _bodies(organisation: Organisation, wanted: Mapping[str, Body]) -> dict[str, UUID]:
    """The rows of some wordings; they are never changed, so one row serves for ever."""
    MessageBody.objects.bulk_create(
        (
            MessageBody(
                organisation=organisation,
                digest=digest,
                subject=body.subject,
                text=body.text,
                html=body.html,
                headers=dict(body.headers),
            )
            for digest, body in wanted.items()
        ),
        ignore_conflicts=True,
    )
    rows = MessageBody.objects.within(organisation).filter(digest__in=wanted)
    return dict(rows.values_list("digest", "pk"))
