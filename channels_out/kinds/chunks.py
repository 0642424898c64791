"""Working through a chunk of envelopes over several connections at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Envelope


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
                attempt = attempts[index] = await deliver(envelopes[index])
                if isinstance(attempt, DeliveryError) and attempt.stops_chunk:
                    refusal = attempt.for_the_rest()

    await asyncio.gather(*(work(worker) for worker in workers))
    return [attempt for attempt in attempts if attempt is not None]


def too_late() -> DeliveryError:
    """Return the error of an attempt whose claim is too old to be acted on."""
    return DeliveryError(
        "claimed too long ago",
        outcome=Outcome.RETRY,
        reason=FailureReason.LATE,
        consumes_attempt=False,
    )
