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
from queue import Empty, SimpleQueue

from cxhub.lib.jobs import enqueue
from cxhub.subscriptions import SUBSCRIPTIONS

logger = logging.getLogger(__name__)

ROUND = 0.2  # seconds between two rounds: a burst becomes few messages
MOST_WAITING = 10_000
CHUNK = 200

Ring = tuple[str, str, str]


class Bell:
    """A queue of (kind, organisation, event), and the thread that rings."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Ring] = SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="answer-bell", daemon=True)

    def ring(self, rings: Sequence[Ring]) -> None:
        """Hand over without waiting; beyond the bound the relay does it."""
        if self.queue.qsize() < MOST_WAITING:
            for one in rings:
                self.queue.put(one)

    def _run(self) -> None:
        while True:
            self._ring_all(self._take())
            time.sleep(ROUND)

    def _take(self) -> list[Ring]:
        taken = [self.queue.get()]
        try:
            while len(taken) < MOST_WAITING:
                taken.append(self.queue.get_nowait())
        except Empty:
            pass
        return taken

    def _ring_all(self, rings: Sequence[Ring]) -> None:
        events: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, organisation_id, event_id in rings:
            events[kind, organisation_id].append(event_id)
        for (kind, organisation_id), event_ids in events.items():
            for subscriber in SUBSCRIPTIONS.get(kind, []):
                _ring_subscriber(subscriber, organisation_id, event_ids)


def _ring_subscriber(subscriber: str, organisation_id: str, event_ids: list[str]) -> None:
    try:
        for start in range(0, len(event_ids), CHUNK):
            enqueue(
                subscriber,
                organisation_id=organisation_id,
                event_ids=event_ids[start : start + CHUNK],
            )
    except Exception:
        # The bell must not die of one subscriber; the relay rings for its events.
        logger.exception("bell_failed", extra={"subscriber": subscriber})
