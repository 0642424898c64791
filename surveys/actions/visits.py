"""Counting visits of personal links, outside of any request.

A page hands over what it saw and goes on; one thread per process counts what came since its
last round, in one statement. A visit that is lost (the process dies, the queue is full, the
database stays away) is a visit that was not counted, and nothing else: no answer hangs on it.

The statement calls one function of the owner, which takes the organisation from the link's row.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Iterable, Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple, TypedDict

import psycopg2
from django.db import connection
from django.utils.crypto import salted_hmac

from cxhub.lib.background import PerProcess, drain, own_connection
from cxhub.lib.client_ip import neighbourhood
from cxhub.lib.scanners import looks_automated
from cxhub.lib.tokens import token_hash

logger = logging.getLogger(__name__)

ROUND = 1.0  # seconds between two rounds: a scanner's burst becomes one row of a statement
LARGEST_BATCH = 1_000
MOST_WAITING = 10_000
RETRIES = (0.0, 1.0, 5.0)  # seconds before each try, while the database is away
STATEMENT = "SELECT surveys_count_visits(%s::jsonb)"
NETWORK_DIGITS = 32
ALL_SCORES = (1 << 11) - 1
TRAP = re.compile(r"(?:^|&)trap=1(?:&|$)")
RATING = re.compile(r"(?:^|&)score=(10|[0-9])(?:&|$)")


class Seen(NamedTuple):
    """One visit of a personal link, as its request told it; `at` is seconds of the epoch."""

    token: str
    network: str
    method: str
    user_agent: str
    purpose: str
    query: str
    at: float


class Tally(TypedDict):
    """What came to one link from one network; `scores` has a bit per rating link."""

    token_hash: str
    network: str
    first_at: float
    last_at: float
    visits: int
    automated: int
    scores: int


def network_digest(hashed: str, network: str) -> str:
    """A network as it is stored: keyed, and another one for each link.

    Nobody without the key finds the network, and two links do not tell that one person opened both.
    """
    plain = f"{hashed}:{neighbourhood(network)}"
    return salted_hmac("surveys.visits", plain, algorithm="sha256").hexdigest()[:NETWORK_DIGITS]


def tallied(visits: Iterable[Seen]) -> list[Tally]:
    """The visits added up by link and network."""
    tallies: dict[tuple[str, str], Tally] = {}
    for seen in visits:
        hashed = token_hash(seen.token)
        network = network_digest(hashed, seen.network)
        tally = tallies.setdefault((hashed, network), _first(hashed, network, seen.at))
        tally["first_at"] = min(tally["first_at"], seen.at)
        tally["last_at"] = max(tally["last_at"], seen.at)
        tally["visits"] += 1
        tally["automated"] += looks_automated(seen.method, seen.user_agent, seen.purpose)
        tally["scores"] |= _score_bits(seen.query)
    return list(tallies.values())


def _first(hashed: str, network: str, at: float) -> Tally:
    return Tally(
        token_hash=hashed,
        network=network,
        first_at=at,
        last_at=at,
        visits=0,
        automated=0,
        scores=0,
    )


def _score_bits(query: str) -> int:
    """The rating link that was opened; the link that no person sees counts as all of them."""
    if query and TRAP.search(query):
        return ALL_SCORES
    rating = RATING.search(query) if query else None
    return 1 << int(rating[1]) if rating else 0


def count_tallies(tallies: Sequence[Tally]) -> None:
    """Count what was added up, in the current transaction; one row per link and network."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, [json.dumps(tallies)])


class VisitCounter:
    """A bounded queue of visits, and the thread that counts them."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Seen] = SimpleQueue()
        self.connection: Any = None
        self.thread = threading.Thread(target=self._run, name="visit-counter", daemon=True)

    def note(self, seen: Seen) -> None:
        """Hand over without waiting; beyond the bound a visit is not counted."""
        if self.queue.qsize() < MOST_WAITING:
            self.queue.put(seen)

    def _run(self) -> None:
        while True:
            batch = drain(self.queue, LARGEST_BATCH)
            try:
                self._count(batch)
            except Exception:
                # The thread must not die of one batch; what it held was a count.
                logger.exception("visits_not_counted", extra={"visits": len(batch)})
            time.sleep(ROUND)

    def _count(self, batch: list[Seen]) -> None:
        tallies = json.dumps(tallied(batch))
        for pause in RETRIES:
            time.sleep(pause)
            try:
                with self._connected().cursor() as cursor:
                    cursor.execute(STATEMENT, [tallies])
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self._disconnect()
            else:
                return
        logger.error("visits_not_counted", extra={"visits": len(batch)})

    def _connected(self) -> Any:
        if self.connection is None or self.connection.closed:
            self.connection = own_connection()
        return self.connection

    def _disconnect(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def _started() -> VisitCounter:
    counter = VisitCounter()
    counter.thread.start()
    return counter


_counter = PerProcess(_started)


def note_visit(seen: Seen) -> None:
    """Hand a visit to the counter of this process."""
    _counter.get().note(seen)
