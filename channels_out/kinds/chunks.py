"""Working through a chunk of envelopes over several connections at once."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Envelope

logger = logging.getLogger(__name__)


async def attempt_each(
    envelopes: Sequence[Envelope],
    workers: Sequence[Callable[[Envelope], Awaitable[Attempt]]],
    deadline: float | None = None,
) -> list[Attempt]:
    """Let workers (one per connection) take envelopes in order, until one says to stop."""
    attempts: list[Attempt | None] = [None] * len(envelopes)
    waiting = iter(range(len(envelopes)))
    refusal: DeliveryError | None = None

    async def work(deliver: Callable[[Envelope], Awaitable[Attempt]]) -> None:
        nonlocal refusal
        for index in waiting:
            if refusal is not None:
                attempts[index] = refusal
            elif deadline is not None and time.monotonic() > deadline:
                attempts[index] = too_late()
            else:
                attempt = attempts[index] = await _attempt(deliver, envelopes[index])
                if isinstance(attempt, DeliveryError) and attempt.stops_chunk:
                    refusal = attempt.for_the_rest()

    await asyncio.gather(*(work(worker) for worker in workers))
    return [attempt for attempt in attempts if attempt is not None]


async def _attempt(
    deliver: Callable[[Envelope], Awaitable[Attempt]], envelope: Envelope
) -> Attempt:
    """One attempt; what breaks in it is this message's alone, and nobody knows how far it came."""
    try:
        return await deliver(envelope)
    except Exception as error:
        logger.exception("attempt_broke", extra={"message_id": envelope.message_id})
        return DeliveryError(repr(error), outcome=Outcome.UNKNOWN, reason=FailureReason.AMBIGUOUS)


def too_late() -> DeliveryError:
    """Return the error of an attempt whose claim is too old to be acted on."""
    return DeliveryError(
        "claimed too long ago",
        outcome=Outcome.RETRY,
        reason=FailureReason.LATE,
        consumes_attempt=False,
    )
