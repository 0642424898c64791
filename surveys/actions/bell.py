"""Telling subscribers about stored answers, outside of any request.

The group-commit writer hands over what it stored; one thread rings the subscribers, one
message per organisation for everything that came since the last round. The bell is only a
convenience: events wait in the outbox, and the relay finds those that nobody rang for.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from queue import SimpleQueue

from cxhub.lib.background import drain
from cxhub.subscriptions import SUBSCRIPTIONS
from events.actions.outbox import ring_subscriber

logger = logging.getLogger(__name__)

ROUND = 0.2  # seconds between two rounds: a burst becomes few messages
BUSY_ROUND = 1.0  # the same, while answers come by the hundred
MOST_WAITING = 1_000  # batches
BUSY = 100  # events in a round
CHUNK = 2_000  # events in a message; who is told takes them in batches of his own

Ring = tuple[str, str | None, str | None]


class Bell:
    """A queue of batches of (kind, organisation, event), and the thread that rings."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Sequence[Ring]] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="answer-bell", daemon=True)

    def ring(self, rings: Sequence[Ring]) -> None:
        """Hand over without waiting; beyond the bound the relay does it."""
        if self.queue.qsize() < MOST_WAITING:
            self.queue.put(rings)

    def _run(self) -> None:
        while True:
            batches = drain(self.queue, MOST_WAITING)
            rings = list(chain.from_iterable(batches))
            self._ring_all(rings)
            time.sleep(ROUND if len(rings) <= BUSY else BUSY_ROUND)

    def _ring_all(self, rings: Sequence[Ring]) -> None:
        events: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, organisation_id, event_id in rings:
            if organisation_id and event_id:
                events[kind, organisation_id].append(event_id)
        for (kind, organisation_id), event_ids in events.items():
            for subscriber in SUBSCRIPTIONS.get(kind, []):
                _ring_subscriber(subscriber, organisation_id, event_ids)


def _ring_subscriber(subscriber: str, organisation_id: str, event_ids: list[str]) -> None:
    try:
        ring_subscriber(subscriber, organisation_id, event_ids, CHUNK)
    except Exception:
        # The bell must not die of one subscriber; the relay rings for its events.
        logger.exception("bell_failed", extra={"subscriber": subscriber})
