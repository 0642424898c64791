"""Messages whose fate is unknown: found at the provider, sent again once, or given up openly."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Now

from accounts.actions.rounds import for_each_organisation
from channels_out.actions import bells
from channels_out.actions.claims import Claim, Claimed
from channels_out.actions.configuration import config_of, provider_of
from channels_out.actions.delivery import envelope, status_url
from channels_out.actions.facts import Settled, announce
from channels_out.actions.statuses import move_up
from channels_out.enums import FailureReason, MessageState, Purpose
from channels_out.kinds.base import Absent, Evidence, Receipt, StatusUpdate
from channels_out.kinds.loop import run_in_loop
from channels_out.models import Channel, Message, MessageEvent
from channels_out.models.message import UNDER_WAY
from channels_out.queries.wordings import Wording, wording_of
from cxhub.lib.tenancy import tenant

logger = logging.getLogger(__name__)

CONNECTIONS = 8
BATCH = 5 * CONNECTIONS
LOOK_FOR = 30.0  # seconds; a batch in hand ends well before the task does
LOOK_AGAIN = timedelta(seconds=60)
LOOKS_UNTIL_ABSENT = 2
GIVE_UP_AFTER = timedelta(hours=24)
LEASE_EXPIRED = "lease_expired"


class _Known(NamedTuple):
    """What our own rows tell before the provider is asked.

    `other_ids` are those of other messages to the same address: they cannot be this one.
    """

    other_ids: frozenset[str]
    wording: Wording


def sweep() -> int:
    """Look after every message whose lease is over; returns how many were looked at."""
    return for_each_organisation("channels_out_stuck_organisations", sweep_organisation)


def sweep_organisation(organisation_id: UUID) -> int:
    """One organisation's share: free what dead workers held, then look the unknown ones up.

    A few at a time, so that a slow provider cannot keep what was already found from being
    settled; what is left when the time is over is the next sweep's.
    """
    with tenant(organisation_id):
        bells.expire(organisation_id)
        free_leases(organisation_id)
    count, until = 0, time.monotonic() + LOOK_FOR
    while time.monotonic() < until and (looked := _look_and_settle(organisation_id)):
        count += looked
    return count


def _look_and_settle(organisation_id: UUID) -> int:
    with tenant(organisation_id):
        messages = _take_unknown(organisation_id)
        known = [_known(message) for message in messages]
    for message, evidence in _look_up(messages, known):
        with tenant(organisation_id):
            settle(message, evidence)
    return len(messages)


@transaction.atomic
def free_leases(organisation_id: UUID) -> int:
    """A lease that ran out leaves a message of which nobody knows whether it was sent."""
    return (
        Message.objects.within(organisation_id)
        .filter(UNDER_WAY, state=MessageState.SENDING, lease_until__lte=Now())
        .update(state=MessageState.UNKNOWN, reason=LEASE_EXPIRED)
    )


def _take_unknown(organisation_id: UUID) -> list[Message]:
    """Unknown messages that are due for a look; whoever takes them looks alone for a minute."""
    due = list(
        Message.objects.within(organisation_id)
        .filter(UNDER_WAY, state=MessageState.UNKNOWN, lease_until__lte=Now())
        .order_by("lease_until")
        .select_related("channel")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)[:BATCH]
    )
    Message.objects.within(organisation_id).filter(pk__in=[m.pk for m in due]).update(
        lease_until=Now() + LOOK_AGAIN
    )
    return due


def _look_up(
    messages: Sequence[Message], known: Sequence[_Known]
) -> list[tuple[Message, Evidence]]:
    """Ask the providers, with no transaction open."""
    questions = [_ready(message, ours) for message, ours in zip(messages, known, strict=True)]
    answers = run_in_loop(_ask(questions)) if questions else []
    return list(zip(messages, answers, strict=True))


async def _ask(questions: Sequence[Callable[[], Awaitable[Evidence]]]) -> list[Evidence]:
    at_once = asyncio.Semaphore(CONNECTIONS)

    async def ask(question: Callable[[], Awaitable[Evidence]]) -> Evidence:
        async with at_once:
            return await question()

    return await asyncio.gather(*(ask(question) for question in questions))


def _ready(message: Message, known: _Known) -> Callable[[], Awaitable[Evidence]]:
    """The question, put together before the loop runs; one that cannot be asks nothing."""
    try:
        return partial(_evidence, message, _question(message, known))
    except (InvalidToken, ValueError):
        # One poison message must not stop the sweep of the others.
        logger.exception("look_up_unreadable", extra={"message_id": str(message.pk)})
        return _nothing


async def _evidence(message: Message, question: Callable[[], Awaitable[Evidence]]) -> Evidence:
    """What the provider knows; nothing when it cannot be asked."""
    try:
        return await question()
    except Exception:
        logger.exception("look_up_failed", extra={"message_id": str(message.pk)})
        return None


async def _nothing() -> Evidence:
    return None


def _question(message: Message, known: _Known) -> Callable[[], Awaitable[Evidence]]:
    claim = _as_claim(message, known.wording)
    status = status_url(claim) if claim.provider.callbacks else ""
    letter = envelope(claim, claim.messages[0], known.wording, status)
    return partial(claim.provider.sender.find, letter, claim.config, known.other_ids)


def settle(message: Message, evidence: Evidence) -> None:
    """Decide by what the look brought; does nothing when the message moved meanwhile."""
    current = (
        Message.objects.within(message.organisation_id)
        .filter(pk=message.pk, state=MessageState.UNKNOWN)
        .select_for_update(no_key=True)
        .first()
    )
    if current is None:
        return
    channel = message.channel
    if isinstance(evidence, Receipt):
        _note(current, "reconciled", evidence.provider_id)
        word = str(evidence.state)
        move_up(channel, current, StatusUpdate(evidence.provider_id, word, evidence.state))
    elif isinstance(evidence, Absent):
        _settle_absent(channel, current)
    elif provider_of(channel).sender.capabilities(config_of(channel)).can_be_looked_up:
        _look_later(channel, current)
    else:
        _settle_untold(channel, current)


def _settle_absent(channel: Channel, message: Message) -> None:
    """Absent twice, a minute apart: it was never sent. Sending again is allowed once."""
    _note(message, f"absent-{message.looks + 1}")
    if message.looks + 1 < LOOKS_UNTIL_ABSENT:
        _update(message, looks=F("looks") + 1)
    elif message.is_resent:
        _fail(channel, message)
    else:
        _resend(message)


def _settle_untold(channel: Channel, message: Message) -> None:
    """Nobody can tell: a second survey annoys, a lost alert is a broken promise."""
    if message.purpose == Purpose.ALERT and not message.is_resent:
        _note(message, "resent")
        _resend(message)
    else:
        _note(message, "untold")
        _fail(channel, message)


def _look_later(channel: Channel, message: Message) -> None:
    """The provider did not answer the question; it is asked again for a day."""
    is_over = (
        Message.objects.within(message.organisation_id)
        .filter(pk=message.pk, claimed_at__lte=Now() - GIVE_UP_AFTER)
        .exists()
    )
    if is_over:
        _fail(channel, message)


def _resend(message: Message) -> None:
    """Another try, unless it was taken back meanwhile."""
    is_cancelled = Q(recalled=MessageState.CANCELLED)
    _update(
        message,
        state=Case(When(recalled="", then=Value(MessageState.RETRY_WAIT)), default=F("recalled")),
        recalled="",
        is_resent=True,
        looks=0,
        lease_until=None,
        next_attempt_at=Now(),
        ring_after=Now(),
        settled_at=Case(When(is_cancelled, then=Now())),
        sealed_slots=Case(
            When(is_cancelled, then=Value("", TextField())), default=F("sealed_slots")
        ),
    )


def _fail(channel: Channel, message: Message) -> None:
    reason = FailureReason.AMBIGUOUS
    _update(
        message,
        state=MessageState.FAILED,
        reason=reason,
        settled_at=Now(),
        sealed_slots="",
        lease_until=None,
    )
    settled = Settled(str(message.pk), message.contact_id, MessageState.FAILED, reason, message.to)
    announce(channel.organisation_id, channel.kind, [settled])


def _update(message: Message, **changes: object) -> None:
    Message.objects.within(message.organisation_id).filter(
        pk=message.pk, state=MessageState.UNKNOWN
    ).update(**changes)


def _note(message: Message, status: str, provider_id: str = "") -> None:
    MessageEvent.objects.create(
        organisation_id=message.organisation_id,
        message=message,
        status=status,
        provider_id=provider_id,
        provider_event_id=f"look-{uuid4().hex[:12]}",
    )


def _known(message: Message) -> _Known:
    other_ids = frozenset(
        Message.objects.within(message.organisation_id)
        .filter(channel=message.channel, to=message.to)
        .exclude(provider_id="")
        .exclude(pk=message.pk)
        .values_list("provider_id", flat=True)
        .order_by("-created_at")[:200]
    )
    return _Known(other_ids, wording_of(message.organisation_id, str(message.body_id)))


def _as_claim(message: Message, wording: Wording) -> Claim:
    channel = message.channel
    claimed = Claimed(
        id=str(message.pk),
        body_id=str(message.body_id),
        contact_id=str(message.contact_id) if message.contact_id else None,
        purpose=message.purpose,
        to=message.to,
        language=message.language,
        slots=json.dumps(message.slots),
        sealed_slots=message.sealed_slots,
        attempts=message.attempts,
        valid_for=1,
    )
    return Claim(
        organisation_id=message.organisation_id,
        channel=channel,
        provider=provider_of(channel),
        config=config_of(channel),
        token=message.claim_token or uuid4(),
        started=0.0,
        claimed_at=message.claimed_at or message.created_at,
        messages=[claimed],
        wordings={claimed.body_id: wording},
        pace=None,
    )
