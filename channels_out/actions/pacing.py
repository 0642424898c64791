"""Keeping to the rate that a sender is allowed, across processes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from channels_out.actions import checks
from channels_out.kinds.base import Attempt, Envelope
from channels_out.models import Channel

PACED = "paced"
LONGEST_SHARE = 20.0  # seconds of a sender's time that one chunk may take
LONGEST_WAIT = 4.0  # seconds that a claimed chunk may wait for its turn
SLOTS_PER_SECOND = 25


@dataclass(frozen=True, slots=True)
class Pace:
    """A share of a sender's time: when it begins on the monotonic clock, and how fast."""

    starts_at: float
    rate: float


def reserve(
    channel: Channel,
    rate: float,
    ready: list[checks.Candidate],
    verdicts: dict[str, checks.Verdict],
) -> tuple[list[checks.Candidate], Pace | None]:
    """Speak for the sender's next free seconds; what does not fit waits at no cost."""
    share = min(len(ready), max(1, int(rate * LONGEST_SHARE)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_out_channel "
            "SET paced_until = greatest(paced_until, statement_timestamp()) + %s::interval "
            "WHERE organisation_id = %s AND id = %s "
            "AND coalesce(paced_until, statement_timestamp()) "
            "<= statement_timestamp() + %s::interval "
            "RETURNING extract(epoch FROM paced_until - statement_timestamp())::float8",
            [
                f"{share / rate} seconds",
                channel.organisation_id,
                channel.pk,
                f"{LONGEST_WAIT} seconds",
            ],
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "SELECT extract(epoch FROM paced_until - statement_timestamp())::float8 "
                "FROM channels_out_channel WHERE organisation_id = %s AND id = %s",
                [channel.organisation_id, channel.pk],
            )
            busy_for, share = cursor.fetchone()[0], 0
        else:
            busy_for = row[0]
    again = ready[0].now + timedelta(seconds=max(0.5, busy_for - LONGEST_WAIT + 0.5))
    for candidate in ready[share:]:
        verdicts[candidate.id] = checks.Wait(again, PACED)
    if not share:
        return [], None
    return ready[:share], Pace(time.monotonic() + max(0.0, busy_for - share / rate), rate)


async def paced(
    send: Callable[[Sequence[Envelope]], Awaitable[list[Attempt]]],
    envelopes: Sequence[Envelope],
    pace: Pace,
) -> list[Attempt]:
    """Send in small steps, never more in any second than the rate allows."""
    step = max(1, round(pace.rate / SLOTS_PER_SECOND))
    interval = 1 / pace.rate if step == 1 else 1 / int(pace.rate / step)
    loop = asyncio.get_running_loop()
    at = max(loop.time(), pace.starts_at)
    steps = []
    for start in range(0, len(envelopes), step):
        await asyncio.sleep(at - loop.time())
        steps.append(asyncio.ensure_future(send(envelopes[start : start + step])))
        # From when it really began: lost time is not caught up by a burst.
        at = max(at, loop.time()) + interval
    return [attempt for part in await asyncio.gather(*steps) for attempt in part]
