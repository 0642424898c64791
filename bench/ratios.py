"""Printing ratios against anchors that were measured in the same minute."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

MOST_APART = 1.25


class Target(NamedTuple):
    """One promise: a name, what was measured, and at least (or at most) how much."""

    name: str
    value: float
    wanted: float
    unit: str = "%"
    is_ceiling: bool = False

    @property
    def holds(self) -> bool:
        return self.value <= self.wanted if self.is_ceiling else self.value >= self.wanted


def anchored(
    anchor: Callable[[], float], measure: Callable[[], float], *, rounds: int = 3, tries: int = 6
) -> tuple[float, float]:
    """The anchor's rate and the measured one over it: the medians of some rounds.

    Each round is anchor, measurement, anchor; one whose anchors differ by more than 25 % was
    disturbed and is measured again.
    """
    kept: list[tuple[float, float]] = []
    disturbed: list[tuple[float, float]] = []
    after = anchor()
    while len(kept) < rounds and len(kept) + len(disturbed) < tries:
        before, rate, after = after, measure(), anchor()
        mean = (before + after) / 2
        apart = max(before, after) / min(before, after)
        (kept if apart <= MOST_APART else disturbed).append((mean, rate / mean))
    if len(kept) < rounds:
        print(f"  {len(disturbed)} rounds were disturbed: this machine is too busy to say much")
    used = kept or disturbed
    return median(mean for mean, _ in used), median(share for _, share in used)


def show(targets: Sequence[Target]) -> int:
    """A table; returns how many targets are missed."""
    for target in targets:
        sign = "≤" if target.is_ceiling else "≥"
        word = "holds" if target.holds else "MISSED"
        value = f"{target.value:.1f} {target.unit}"
        print(f"  {target.name:<58} {value:>12}   {sign} {target.wanted:g} {target.unit}   {word}")
    return sum(not target.holds for target in targets)
