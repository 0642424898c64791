"""Scores, intervals and comparisons computed from histograms of raw answers, without a database.

A histogram is always a list of eleven integers indexed by the raw answer 0..10, whatever the
metric, so that histograms of any period, place or channel add up.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cxhub.lib.intervals import CONFIDENCE_Z, student_quantile, wilson

BINS = 11
SMALLEST_GROUP = 5  # below it an anonymous group shows no numbers
GREY_BELOW = 10  # below it a score is greyed out, unranked and never used as a weight cell
LOPSIDED = 0.005  # of the scale: what rounding hides
INDICATIVE_BELOW = 30  # below it a number is "indicative": whole percents, no arrow, no colour

Family: TypeAlias = Literal["nps", "proportion", "mean"]
Group: TypeAlias = Literal[
    "promoter", "passive", "detractor", "satisfied", "neutral", "dissatisfied"
]


@dataclass(frozen=True, slots=True)
class Metric:
    """One way of asking and scoring; the formula id changes whenever its arithmetic does."""

    id: str
    low: int
    high: int
    formula: str
    family: Family
    negative_to: int
    positive_from: int
    direction: Literal["higher_is_better", "lower_is_better"] = "higher_is_better"

    @property
    def values(self) -> range:
        return range(self.low, self.high + 1)

    @property
    def score_range(self) -> tuple[float, float]:
        """Smallest and largest value that the score (not the answer) can take."""
        if self.family == "nps":
            return -100.0, 100.0
        if self.family == "proportion":
            return 0.0, 100.0
        return float(self.low), float(self.high)

    @property
    def groups(self) -> tuple[Group, Group, Group]:
        """The names of the bad, the middle and the good answers, in this order."""
        if self.family == "nps":
            return "detractor", "passive", "promoter"
        return "dissatisfied", "neutral", "satisfied"


METRICS: dict[str, Metric] = {
    "nps": Metric("nps", 0, 10, "nps/1", "nps", negative_to=6, positive_from=9),
    "csat": Metric("csat", 1, 5, "csat/1", "proportion", negative_to=2, positive_from=4),
    "ces": Metric("ces", 1, 7, "ces/1", "proportion", negative_to=3, positive_from=5),
    "rating": Metric("rating", 1, 5, "rating/1", "mean", negative_to=2, positive_from=4),
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % interval; `margin` is the half-width before clamping to the scale.

    `value` is what is printed: NPS points, percent satisfied (CSAT), percent who agree (CES), mean
    (rating). A t-interval needs two different answers, NPS two of any kind: without them the bounds
    are None.
    """

    metric: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    margin: float | None
    formula: str
    counts: tuple[int, ...]
    mean: float | None
    mean_low: float | None
    mean_high: float | None
    top_box: float | None
    negative: int
    neutral: int
    positive: int

    @property
    def is_lopsided(self) -> bool:
        """Whether so few answers gave bounds that one margin around the score would misstate."""
        if self.value is None or self.low is None or self.high is None:
            return False
        floor, ceiling = METRICS[self.metric].score_range
        skew = abs(self.low + self.high - 2 * self.value)
        return self.n < INDICATIVE_BELOW and skew > LOPSIDED * (ceiling - floor)


@dataclass(frozen=True, slots=True)
class Difference:
    """a minus b with its 95 % interval; None when there are too few answers to tell."""

    value: float | None
    low: float | None
    high: float | None
    margin: float | None
    is_significant: bool


@dataclass(frozen=True, slots=True)
class MixAdjustment:
    """The pooled score of a period, and what it would be with the mix of the reference period."""

    pooled: Estimate
    value: float | None
    margin: float | None
    weights: Mapping[str, float]
    too_small: tuple[str, ...]


def empty_counts() -> list[int]:
    return [0] * BINS


def counts_index(metric: str, value: int) -> int:
    """The bin of an answer; refuses what the scale does not hold, so it never enters n."""
    scale = METRICS[metric]
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{metric} takes whole numbers, not {value!r}")
    if not scale.low <= value <= scale.high:
        raise ValueError(f"{metric} goes from {scale.low} to {scale.high}, not {value}")
    return value


def group_of(metric: str, value: int) -> Group:
    scale = METRICS[metric]
    bad, middle, good = scale.groups
    answer = counts_index(metric, value)
    if answer <= scale.negative_to:
        return bad
    return good if answer >= scale.positive_from else middle


def merged(*histograms: Sequence[int]) -> list[int]:
    return [sum(column) for column in zip(empty_counts(), *histograms, strict=True)]


def _checked(scale: Metric, counts: Sequence[int]) -> tuple[int, ...]:
    if len(counts) != BINS or min(counts) < 0:
        raise ValueError(f"a histogram is {BINS} counts, none below zero")
    if sum(counts[scale.low : scale.high + 1]) != sum(counts):
        raise ValueError(f"the histogram has answers outside the scale of {scale.id}")
    return tuple(counts)


def estimate(metric: str, counts: Sequence[int]) -> Estimate:
    """The score of a histogram with its interval; every bound is None when nobody answered."""
    scale = METRICS[metric]
    checked = _checked(scale, counts)
    n = sum(checked)
    negative = sum(checked[: scale.negative_to + 1])
    positive = sum(checked[scale.positive_from :])
    mean, mean_margin = _mean_and_margin(checked)
    mean_low, mean_high = _clamped(mean, mean_margin, scale.low, scale.high)
    value, margin, low, high = mean, mean_margin, mean_low, mean_high
    if n and scale.family == "nps":
        value = 100 * (positive - negative) / n
        centre, error = _adjusted_nps(positive, negative, n)
        # The adjusted interval of a single answer leaves out that answer's own score.
        margin = CONFIDENCE_Z * error if n > 1 else None
        low, high = _clamped(centre, margin, *scale.score_range)
    elif n and scale.family == "proportion":
        value = 100 * positive / n
        low, high = (100 * bound for bound in wilson(positive, n))
        margin = (high - low) / 2
    return Estimate(
        metric=metric,
        n=n,
        value=value,
        low=low,
        high=high,
        margin=margin,
        formula=scale.formula,
        counts=checked,
        mean=mean,
        mean_low=mean_low,
        mean_high=mean_high,
        top_box=100 * checked[scale.high] / n if n else None,
        negative=negative,
        neutral=n - negative - positive,
        positive=positive,
    )


def _adjusted_nps(positive: int, negative: int, n: int) -> tuple[float, float]:
    """Centre and standard error of the adjusted Wald interval: 3 answers more, 3/4 on each end."""
    size = n + 3
    p, d = (positive + 0.75) / size, (negative + 0.75) / size
    variance = p + d - (p - d) ** 2
    return 100 * (p - d), 100 * math.sqrt(variance / size)


def _mean_and_margin(counts: Sequence[int]) -> tuple[float | None, float | None]:
    n = sum(counts)
    if n == 0:
        return None, None
    mean = sum(value * count for value, count in enumerate(counts)) / n
    error = math.sqrt(_variance(counts) / n)
    return mean, student_quantile(0.975, n - 1) * error if error else None


def _variance(counts: Sequence[int]) -> float:
    """The sample variance in whole numbers until the last division: 0 means 0."""
    n = sum(counts)
    total = sum(value * count for value, count in enumerate(counts))
    squares = sum(value * value * count for value, count in enumerate(counts))
    return (n * squares - total * total) / (n * (n - 1)) if n > 1 else 0.0


def _clamped(
    centre: float | None, margin: float | None, floor: float, ceiling: float
) -> tuple[float | None, float | None]:
    if centre is None or margin is None:
        return None, None
    return max(floor, centre - margin), min(ceiling, centre + margin)


def difference(metric: str, a: Estimate, b: Estimate) -> Difference:
    """a minus b: adjusted scores (NPS), Newcombe (proportions), Welch (means)."""
    if not a.metric == b.metric == metric:
        raise ValueError(f"cannot compare {a.metric} with {b.metric} as {metric}")
    if a.n == 0 or b.n == 0:
        return Difference(None, None, None, None, is_significant=False)
    family = METRICS[metric].family
    if family == "proportion":
        return _newcombe(a, b)
    value, margin = _nps_difference(a, b) if family == "nps" else _welch(a, b)
    if margin is None:
        return Difference(value, None, None, None, is_significant=False)
    return Difference(value, value - margin, value + margin, margin, abs(value) > margin)


def _nps_difference(a: Estimate, b: Estimate) -> tuple[float, float]:
    centre_a, error_a = _adjusted_nps(a.positive, a.negative, a.n)
    centre_b, error_b = _adjusted_nps(b.positive, b.negative, b.n)
    return centre_a - centre_b, CONFIDENCE_Z * math.hypot(error_a, error_b)


def _newcombe(a: Estimate, b: Estimate) -> Difference:
    share_a, share_b = a.positive / a.n, b.positive / b.n
    (low_a, high_a), (low_b, high_b) = wilson(a.positive, a.n), wilson(b.positive, b.n)
    value = share_a - share_b
    low = 100 * (value - math.hypot(share_a - low_a, high_b - share_b))
    high = 100 * (value + math.hypot(high_a - share_a, share_b - low_b))
    return Difference(100 * value, low, high, (high - low) / 2, low > 0 or high < 0)


def _welch(a: Estimate, b: Estimate) -> tuple[float, float | None]:
    value = (a.mean or 0.0) - (b.mean or 0.0)
    part_a, part_b = _variance(a.counts) / a.n, _variance(b.counts) / b.n
    if a.n < 2 or b.n < 2 or part_a + part_b == 0:
        return value, None
    freedom = (part_a + part_b) ** 2 / (part_a**2 / (a.n - 1) + part_b**2 / (b.n - 1))
    return value, student_quantile(0.975, freedom) * math.sqrt(part_a + part_b)


def mix_adjusted(
    metric: str,
    reference: Mapping[str, Sequence[int]],
    current: Mapping[str, Sequence[int]],
) -> MixAdjustment:
    """Direct standardisation of the current cells (channels, places) to the reference's shares."""
    total = sum(sum(counts) for counts in reference.values())
    weights = {cell: sum(counts) / total for cell, counts in reference.items()} if total else {}
    cells = {cell: estimate(metric, current.get(cell, empty_counts())) for cell in weights}
    pooled = estimate(metric, merged(*current.values()))
    too_small = tuple(cell for cell, found in cells.items() if found.n < GREY_BELOW)
    if not weights or too_small:
        return MixAdjustment(pooled, None, None, weights, too_small)
    value = sum(weights[cell] * (found.value or 0.0) for cell, found in cells.items())
    margin = math.hypot(*(weights[cell] * (found.margin or 0) for cell, found in cells.items()))
    return MixAdjustment(pooled, value, margin, weights, ())


def account_weighted_nps(accounts: Sequence[Sequence[int]]) -> float | None:
    """Each account counts once, however many of its people answered."""
    scores = [found.value for found in (estimate("nps", counts) for counts in accounts)]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def sample_size(margin: float, variance: float = 1.0) -> int:
    """Answers needed for an NPS known to ± margin points; the default variance is the worst."""
    return math.ceil(CONFIDENCE_Z**2 * variance / (margin / 100) ** 2)


def finite_population_factor(n: int, population: int) -> float:
    """What to multiply a margin by when the frame is a closed list of known size."""
    return math.sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def may_disclose(n: int, parent_n: int) -> bool:
    """Whether neither an anonymous group nor its complement in the parent is too small to show."""
    return n >= SMALLEST_GROUP and (n == parent_n or parent_n - n >= SMALLEST_GROUP)
