"""The XmR chart: tells ordinary variation of a series from a signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """An XmR chart: what ordinary variation looks like, and the points that break it."""

    mean: float
    low: float
    high: float
    range_limit: float
    signals: tuple[int, ...]


def control_limits(values: Sequence[float]) -> ControlLimits | None:
    """XmR limits and signals of a series; None under the six points they need."""
    if len(values) < 6:
        return None
    mean = sum(values) / len(values)
    steps = [abs(after - before) for before, after in pairwise(values)]
    moving_range = sum(steps) / len(steps)
    reach = 2.66 * moving_range
    distances = [value - mean for value in values]
    signals = {i for i, distance in enumerate(distances) if abs(distance) > reach}
    signals |= _runs(distances, beyond=0.0, needed=8, window=8)
    signals |= _runs(distances, beyond=reach / 2, needed=3, window=4)
    return ControlLimits(
        mean, mean - reach, mean + reach, 3.27 * moving_range, tuple(sorted(signals))
    )


def _runs(distances: Sequence[float], *, beyond: float, needed: int, window: int) -> set[int]:
    """The ends of the windows in which enough points lie beyond a distance on one side."""
    ends = range(window - 1, len(distances))
    return {
        end
        for end in ends
        for side in (1, -1)
        if sum(side * d > beyond for d in distances[end - window + 1 : end + 1]) >= needed
    }
