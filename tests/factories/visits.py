"""Visits of personal links, counted at once."""

from collections.abc import Iterable

from surveys.actions.visits import Seen, count_tallies, tallied


def count_visits(visits: Iterable[Seen]) -> None:
    """What the counter's thread does with what waits, in the current transaction."""
    count_tallies(tallied(visits))
