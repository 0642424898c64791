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


def anchored(anchor: Callable[[], float], measure: Callable[[], None], *, tries: int = 3) -> float:
    """The anchor's rate around a measurement; measured again while before and after differ."""
    for attempt in range(tries):
        before = anchor()
        measure()
        after = anchor()
        if max(before, after) <= MOST_APART * min(before, after):
            return median((before, after))
        print(f"  discarded: the anchor moved from {before:,.0f}/s to {after:,.0f}/s")
        if attempt == tries - 1:
            print("  the machine is too busy to say more: this run counts for nothing")
    return median((before, after))


def show(targets: Sequence[Target]) -> int:
    """A table; returns how many targets are missed."""
    for target in targets:
        sign = "≤" if target.is_ceiling else "≥"
        word = "holds" if target.holds else "MISSED"
        value = f"{target.value:.1f} {target.unit}"
        print(f"  {target.name:<58} {value:>12}   {sign} {target.wanted:g} {target.unit}   {word}")
    return sum(not target.holds for target in targets)
