"""Sending claimed messages: no transaction is open while the provider is asked."""

import json
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import OperationalError, connection

from channels_out.actions.claims import Claim, Claimed, claim_messages
from channels_out.actions.pacing import paced
from channels_out.actions.results import record_attempts
from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Envelope
from channels_out.kinds.chunks import too_late
from channels_out.kinds.loop import finished, submit
from channels_out.queries.wordings import Wording
from cxhub.lib.sealing import unseal

logger = logging.getLogger(__name__)

SLICE = 500
# Slices are claimed, and claims acted on, for so long after a task began; with the provider's
# own 15 seconds it still ends before its time limit, and long before the lease.
CLAIM_WITHIN = 20.0
ACT_WITHIN = 40.0


def deliver_messages(*, organisation_id: str, message_ids: Sequence[str]) -> int:
    """Claim, send and record, slice by slice; returns how many messages were claimed.

    While one slice is on its way the next one is claimed and the last one recorded: each of
    these is a transaction of its own, and none of them waits for a provider. What there is no
    time for stays queued, and the clock rings for it again.
    """
    pipeline, claimed = _Pipeline(), 0
    try:
        for start in range(0, len(message_ids), SLICE):
            if time.monotonic() > pipeline.started + CLAIM_WITHIN:
                break
            claims = claim_messages(
                organisation_id=UUID(organisation_id),
                message_ids=message_ids[start : start + SLICE],
            )
            claimed += sum(len(claim.messages) for claim in claims)
            pipeline.push(claims)
    finally:
        pipeline.push([])
    return claimed


class _Sending:
    """A claim with its envelopes, and the provider's work on them once it has begun."""

    def __init__(self, claim: Claim, deadline: float) -> None:
        self.claim = claim
        self._envelopes = _envelopes(claim)
        self._deadline = min(deadline, claim.started + ACT_WITHIN)
        self._work: Future[list[Attempt]] | None = None

    def begin(self) -> "_Sending":
        """Hand over to the provider's loop."""
        if self._work is None:
            whole = [one for one in self._envelopes if isinstance(one, Envelope)]
            self._work = submit(carry(self.claim, whole, self._deadline))
        return self

    def attempts(self) -> list[Attempt]:
        """Wait for the end; what never began is given back, it was not sent."""
        whole = [one for one in self._envelopes if isinstance(one, Envelope)]
        found: list[Attempt] = (
            [too_late() for _ in whole] if self._work is None else finished(self._work)
        )
        carried = iter(found)
        return [one if isinstance(one, DeliveryError) else next(carried) for one in self._envelopes]


class _Pipeline:
    """What of one task is on its way: at most one slice, and the one that was just claimed."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._sending: list[_Sending] = []

    def push(self, claims: Sequence[Claim]) -> None:
        """Send these after what is on its way, then record that."""
        ready = [_Sending(claim, self.started + ACT_WITHIN) for claim in claims]
        for one in ready:
            if one.claim.pace is not None:
                one.begin()  # it waits for its own time
        before, self._sending = self._sending, ready
        landed = [(one.claim, one.attempts()) for one in before]
        for one in ready:
            one.begin()
        for claim, attempts in landed:
            _record(claim, attempts)


def _record(claim: Claim, attempts: Sequence[Attempt]) -> None:
    """Write the results down; a deadlock or a lost connection is tried once more."""
    try:
        record_attempts(claim, attempts)
    except OperationalError:
        connection.close()
        record_attempts(claim, attempts)


async def carry(claim: Claim, envelopes: Sequence[Envelope], deadline: float) -> list[Attempt]:
    """Hand envelopes to the claim's provider, at the pace its sender keeps to."""
    sender, config = claim.provider.sender, claim.config
    if claim.pace is None:
        return await sender.send(envelopes, config, deadline)
    return await paced(lambda part: sender.send(part, config, deadline), envelopes, claim.pace)


def _envelopes(claim: Claim) -> list[Envelope | DeliveryError]:
    """The envelopes; a message that cannot be put together fails alone.

    Nothing is read here: an error of the database after the claim would leave the messages to
    their lease, and then nobody could tell that they were never sent.
    """
    status = status_url(claim) if claim.provider.callbacks else ""
    return [
        _envelope_or_error(claim, message, claim.wordings[message.body_id], status)
        for message in claim.messages
    ]


def _envelope_or_error(
    claim: Claim, message: Claimed, wording: Wording, status: str
) -> Envelope | DeliveryError:
    try:
        return envelope(claim, message, wording, status)
    except (InvalidToken, ValueError) as error:
        logger.error("message_unreadable", exc_info=error, extra={"message_id": message.id})
        return DeliveryError(repr(error), outcome=Outcome.FAILED, reason=FailureReason.UNREADABLE)


def envelope(claim: Claim, message: Claimed, wording: Wording, status: str) -> Envelope:
    """A claimed message as its kind takes it."""
    slots: dict[str, str] = json.loads(message.slots)
    if message.sealed_slots:
        slots |= unseal(message.sealed_slots)
    return Envelope(
        message_id=message.id,
        to=message.to,
        text=wording.text,
        subject=wording.subject,
        html=wording.html,
        slots=slots,
        headers=wording.headers,
        language=message.language,
        reply_to=wording.headers.get("Reply-To", ""),
        unsubscribe_url=slots.get("unsubscribe_url", ""),
        status_url=f"{status}{message.id}" if status else "",
        valid_for=message.valid_for,
        organisation=str(claim.organisation_id),
        claimed_at=claim.claimed_at,
    )


def status_url(claim: Claim) -> str:
    """Where the provider reports on a message, up to the message's own id."""
    channel = claim.channel
    return f"{settings.SITE_URL}/hooks/{channel.kind}/{channel.provider}/{channel.pk}/status/"
