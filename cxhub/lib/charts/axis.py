"""A vertical axis: which part of a scale to show, where its gridlines are, value to pixel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)
MOST_INTERVALS = 4  # so at most four gridlines above the base
HOLLOW_BELOW = 10  # answers; such a point is drawn hollow and does not stretch the axis


class Interval(Protocol):
    """What a chart needs of a score: how many answers, the value, its bounds."""

    @property
    def n(self) -> int: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period of a series; a period without answers keeps its place and is left empty."""

    start: date
    label: str
    estimate: Interval
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a score's scale, and the smallest range that an axis may zoom into."""

    floor: float
    ceiling: float
    least_range: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from `low` to `high` over the pixels from `bottom` up to `top`."""

    low: float
    high: float
    ticks: tuple[float, ...]
    top: float
    bottom: float
    is_broken: bool

    def y(self, value: float) -> float:
        """The pixel of a value; what lies outside the axis sticks to its edge."""
        inside = min(self.high, max(self.low, value))
        return self.bottom - (inside - self.low) / (self.high - self.low) * (self.bottom - self.top)


def axis_for(points: Sequence[TrendPoint], scale: Scale, top: float, bottom: float) -> Axis:
    low, high = _extent(points)
    missing = scale.least_range - (high - low)
    if missing > 0:
        low, high = low - missing / 2, high + missing / 2
    if low < scale.floor:
        low, high = scale.floor, max(high, scale.floor + scale.least_range)
    if high > scale.ceiling:
        low, high = min(low, scale.ceiling - scale.least_range), scale.ceiling
    step = next(
        (step for step in STEPS if _intervals(low, high, step) <= MOST_INTERVALS), STEPS[-1]
    )
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(
        tick
        for tick in (round(index * step, 6) for index in range(first, last + 1))
        if scale.floor <= tick <= scale.ceiling
    )
    ends = max(scale.floor, first * step), min(scale.ceiling, last * step)
    return Axis(*ends, ticks, top, bottom, is_broken=ends[0] > scale.floor)


def _intervals(low: float, high: float, step: float) -> int:
    return math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9)


def _extent(points: Sequence[TrendPoint]) -> tuple[float, float]:
    """Every value, and the bounds of those sure enough not to flatten the rest."""
    answered = [point.estimate for point in points if point.estimate.value is not None]
    sure = [found for found in answered if found.n >= HOLLOW_BELOW] or answered
    seen = [found.value for found in answered]
    seen += [bound for found in sure for bound in (found.low, found.high)]
    known = [value for value in seen if value is not None]
    return min(known), max(known)
