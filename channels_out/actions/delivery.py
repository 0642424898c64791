"""Sending claimed messages: no transaction is open while the provider is asked."""

import asyncio
import json
import logging
import os
import threading
from collections.abc import Coroutine, Sequence
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import OperationalError, connection

from channels_out.actions.claims import Claim, Claimed, claim_messages
from channels_out.actions.pacing import paced
from channels_out.actions.results import record_attempts
from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Envelope
from channels_out.models import MessageBody
from cxhub.lib.sealing import unseal
from cxhub.lib.tenancy import tenant

logger = logging.getLogger(__name__)

# A claim may be acted on for so long; with the provider's own 15 seconds the task still ends
# before its time limit, and long before the lease.
ACT_WITHIN = 40.0

Result = TypeVar("Result")
Wording = tuple[str, str, str, dict[str, str]]


def deliver_messages(*, organisation_id: str, message_ids: Sequence[str]) -> int:
    """Claim, send and record; returns how many messages were handed to a provider."""
    claims = claim_messages(organisation_id=UUID(organisation_id), message_ids=message_ids)
    for claim in claims:
        envelopes = _envelopes(claim)
        whole = [one for one in envelopes if isinstance(one, Envelope)]
        carried = iter(run_in_loop(_carry(claim, whole)))
        attempts = [one if isinstance(one, DeliveryError) else next(carried) for one in envelopes]
        _record(claim, attempts)
    return sum(len(claim.messages) for claim in claims)


def _record(claim: Claim, attempts: Sequence[Attempt]) -> None:
    """Write the results down; a deadlock or a lost connection is tried once more."""
    try:
        record_attempts(claim, attempts)
    except OperationalError:
        connection.close()
        record_attempts(claim, attempts)


async def _carry(claim: Claim, envelopes: Sequence[Envelope]) -> list[Attempt]:
    deadline = claim.started + ACT_WITHIN
    sender, config = claim.provider.sender, claim.config
    if claim.pace is None:
        return await sender.send(envelopes, config, deadline)
    return await paced(lambda part: sender.send(part, config, deadline), envelopes, claim.pace)


def _envelopes(claim: Claim) -> list[Envelope | DeliveryError]:
    """The envelopes; a message that cannot be put together fails alone."""
    wordings = _wordings(claim.organisation_id, {message.body_id for message in claim.messages})
    status = status_url(claim) if claim.provider.callbacks else ""
    return [
        _envelope_or_error(claim, message, wordings[message.body_id], status)
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
    subject, text, html, headers = wording
    slots: dict[str, str] = json.loads(message.slots)
    if message.sealed_slots:
        slots |= unseal(message.sealed_slots)
    return Envelope(
        message_id=message.id,
        to=message.to,
        text=text,
        subject=subject,
        html=html,
        slots=slots,
        headers=headers,
        language=message.language,
        reply_to=headers.get("Reply-To", ""),
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


def _wordings(organisation_id: UUID, body_ids: set[str]) -> dict[str, Wording]:
    return {body_id: wording_of(organisation_id, body_id) for body_id in body_ids}


@lru_cache(maxsize=256)
def wording_of(organisation_id: UUID, body_id: str) -> Wording:
    """A wording, read once: it never changes, and the same strings are compiled only once."""
    with tenant(organisation_id):
        body = MessageBody.objects.within(organisation_id).get(pk=body_id)
    return body.subject, body.text, body.html, body.headers


class _Loop(threading.local):
    """One event loop per worker process and thread, never carried over a fork."""

    runner: asyncio.Runner | None = None
    process = 0


_loop = _Loop()


def run_in_loop(work: Coroutine[None, None, Result]) -> Result:
    """Run provider work in this process's own loop; no transaction may be open."""
    if _loop.runner is None or _loop.process != os.getpid():
        _loop.runner, _loop.process = asyncio.Runner(), os.getpid()
    try:
        return _loop.runner.run(work)
    except BaseException:
        # Interrupted in the middle (time limit, shutdown): what it held open goes with it.
        runner, _loop.runner = _loop.runner, None
        runner.close()
        raise
