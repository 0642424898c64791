"""How the demo's personal links were opened: by one person, by mail filters too, a few by many."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from surveys.actions.visits import Tally, count_tallies, network_digest

FILTERED = 5  # one link in so many is opened by a mail filter first, every rating of it
PASSED_ON = 30  # one link in so many was passed on
NETWORKS = 5
EVERY_RATING = (1 << 11) - 1


def open_links(opened: Iterable[tuple[str, datetime]]) -> None:
    """Count the visits of links, each given by its token's hash and the moment of its answer."""
    count_tallies([tally for number, link in enumerate(opened, 1) for tally in _of(number, *link)])


def _of(number: int, hashed: str, instant: datetime) -> Iterator[Tally]:
    at = instant.timestamp()
    if number % FILTERED == 0:
        yield _tally(hashed, "192.0.2.1", at - 3_600, visits=11, scores=EVERY_RATING)
    for network in range(1 if number % PASSED_ON else NETWORKS):
        yield _tally(hashed, f"198.51.{network}.1", at - 40 - 900 * network)


def _tally(hashed: str, network: str, at: float, *, visits: int = 1, scores: int = 0) -> Tally:
    return Tally(
        token_hash=hashed,
        network=network_digest(hashed, network),
        first_at=at,
        last_at=at,
        visits=visits,
        automated=0,
        scores=scores,
    )
