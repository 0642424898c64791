"""The vectors of the metric definitions, and what holds for every histogram."""

import math
from importlib import import_module
from statistics import NormalDist, mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import scoring


@pytest.fixture(scope="module")
def stats():
    """It takes long to load: by the process that runs these tests, not by each that collects."""
    return import_module("scipy.stats")


def nps_counts(promoters: int, n: int, detractors: int) -> list[int]:
    counts = scoring.empty_counts()
    counts[10], counts[7], counts[3] = promoters, n - promoters - detractors, detractors
    return counts


def csat_counts(satisfied: int, n: int) -> list[int]:
    counts = scoring.empty_counts()
    counts[5], counts[2] = satisfied, n - satisfied
    return counts


@st.composite
def histograms(draw: st.DrawFn, metric: str) -> list[int]:
    counts = scoring.empty_counts()
    for value in scoring.METRICS[metric].values:
        counts[value] = draw(st.integers(0, 400))
    return counts


METRIC_AND_HISTOGRAMS = st.sampled_from(sorted(scoring.METRICS)).flatmap(
    lambda metric: st.tuples(st.just(metric), histograms(metric), histograms(metric))
)


# NPS


@pytest.mark.parametrize(
    ("promoters", "n", "detractors", "value", "low", "high"),
    [
        (50, 100, 20, 30.00, 14.05, 44.20),
        (6, 12, 2, 33.33, -11.28, 64.61),
        (5, 5, 0, 100.00, 17.49, 100),
        (500, 1000, 200, 30.00, 25.08, 34.74),
    ],
)
def test_nps_is_the_raw_score_with_the_adjusted_wald_interval(
    promoters: int, n: int, detractors: int, value: float, low: float, high: float
) -> None:
    found = scoring.estimate("nps", nps_counts(promoters, n, detractors))

    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=0.01)
    assert (found.n, found.positive, found.negative) == (n, promoters, detractors)
    assert found.formula == "nps/1"


@pytest.mark.parametrize(
    ("counts", "centre"),
    [((50, 100, 20), 29.13), ((6, 12, 2), 26.67), ((5, 5, 0), 62.50), ((500, 1000, 200), 29.91)],
)
def test_nps_margin_is_the_half_width_before_clamping(
    counts: tuple[int, int, int], centre: float
) -> None:
    found = scoring.estimate("nps", nps_counts(*counts))

    assert found.low is not None
    assert found.margin is not None
    assert found.low + found.margin == pytest.approx(centre, abs=0.01)


def test_nps_difference_uses_the_adjusted_scores() -> None:
    a = scoring.estimate("nps", nps_counts(50, 100, 20))
    b = scoring.estimate("nps", nps_counts(40, 100, 25))

    found = scoring.difference("nps", a, b)

    assert (found.value, found.margin) == pytest.approx((14.56, 21.45), abs=0.01)
    assert found.is_significant is False


def test_a_large_nps_difference_is_significant_in_both_directions() -> None:
    a = scoring.estimate("nps", nps_counts(500, 1000, 200))
    b = scoring.estimate("nps", nps_counts(400, 1000, 300))

    assert scoring.difference("nps", a, b).is_significant is True
    assert scoring.difference("nps", b, a).is_significant is True


@pytest.mark.parametrize(
    ("variance", "sizes"),
    [
        (1.0, [1537, 385, 171, 97]),
        (0.61, [938, 235, 105, 59]),
        (0.45, [692, 173, 77, 44]),
    ],
)
def test_sample_size(variance: float, sizes: list[int]) -> None:
    assert [scoring.sample_size(margin, variance) for margin in (5, 10, 15, 20)] == sizes


@pytest.mark.parametrize(
    ("n", "population", "factor"), [(100, 100, 0), (1, 100, 1), (50, 99, 0.7071)]
)
def test_finite_population_factor(n: int, population: int, factor: float) -> None:
    assert scoring.finite_population_factor(n, population) == pytest.approx(factor, abs=0.0001)


def test_account_weighted_nps_counts_each_account_once() -> None:
    a, b = nps_counts(9, 9, 0), nps_counts(0, 1, 1)

    assert scoring.estimate("nps", scoring.merged(a, b)).value == 80
    assert scoring.account_weighted_nps([a, b]) == 0
    assert scoring.account_weighted_nps([scoring.empty_counts()]) is None


# Mix adjustment

REFERENCE = {"sms": nps_counts(40, 100, 20), "email": nps_counts(60, 100, 20)}


def test_mix_adjustment_separates_the_mix_from_the_score() -> None:
    # NPS 22 and 42 at ten times the n of the vector, where both are whole numbers of people.
    current = {"sms": nps_counts(996, 1800, 600), "email": nps_counts(110, 200, 26)}

    found = scoring.mix_adjusted("nps", REFERENCE, current)

    assert scoring.estimate("nps", scoring.merged(*REFERENCE.values())).value == 30
    assert (found.pooled.value, found.value) == pytest.approx((24, 32), abs=0.01)
    assert found.weights == {"sms": 0.5, "email": 0.5}


def test_mix_adjustment_is_refused_when_a_cell_is_too_small() -> None:
    found = scoring.mix_adjusted("nps", REFERENCE, {"sms": nps_counts(50, 100, 20)})

    assert found.value is None
    assert found.too_small == ("email",)


# CSAT, CES, rating


@pytest.mark.parametrize(
    ("satisfied", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (0, 20, 0, 16.11), (45, 60, 62.77, 84.22), (20, 20, 83.89, 100)],
)
def test_csat_is_the_share_of_4_and_5_with_wilson(
    satisfied: int, n: int, low: float, high: float
) -> None:
    found = scoring.estimate("csat", csat_counts(satisfied, n))

    assert found.value == pytest.approx(100 * satisfied / n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)


def test_ces_gives_the_share_who_agree_and_the_mean(stats) -> None:
    found = scoring.estimate("ces", [0, 1, 0, 2, 3, 4, 5, 5, 0, 0, 0])
    answers = [1] + [3] * 2 + [4] * 3 + [5] * 4 + [6] * 5 + [7] * 5
    t_low, t_high = stats.t.interval(0.95, 19, loc=mean(answers), scale=stats.sem(answers))

    assert found.value == 70
    assert found.mean == mean(answers)
    assert (found.mean_low, found.mean_high) == pytest.approx((t_low, t_high), abs=1e-9)
    assert found.top_box == 25


def test_rating_is_the_mean_with_a_t_interval(stats) -> None:
    found = scoring.estimate("rating", [0, 1, 2, 3, 8, 6, 0, 0, 0, 0, 0])
    answers = [1] + [2] * 2 + [3] * 3 + [4] * 8 + [5] * 6
    interval = stats.t.interval(0.95, 19, loc=mean(answers), scale=stats.sem(answers))

    assert found.value == mean(answers)
    assert (found.low, found.high) == pytest.approx(interval, abs=1e-9)


@pytest.mark.parametrize(("answer", "value"), [(0, -100), (7, 0), (10, 100)])
def test_one_answer_has_a_score_and_no_interval(answer: int, value: float) -> None:
    counts = scoring.empty_counts()
    counts[answer] = 1

    found = scoring.estimate("nps", counts)

    assert (found.value, found.low, found.high, found.margin) == (value, None, None, None)


@pytest.mark.parametrize(
    "counts", [[0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0]]
)
def test_a_mean_of_equal_answers_has_no_interval_rather_than_a_margin_of_zero(
    counts: list[int],
) -> None:
    found = scoring.estimate("rating", counts)

    assert found.value is not None
    assert (found.low, found.high, found.margin) == (None, None, None)


def test_difference_of_proportions_is_newcombes() -> None:
    """Newcombe (1998), table II, comparison (a), method 10: 56/70 against 48/80."""
    a = scoring.estimate("csat", csat_counts(56, 70))
    b = scoring.estimate("csat", csat_counts(48, 80))

    found = scoring.difference("csat", a, b)

    assert (found.value, found.low, found.high) == pytest.approx((20, 5.24, 33.39), abs=0.01)
    assert found.is_significant is True


def test_difference_of_means_is_welchs(stats) -> None:
    first, second = [0, 1, 2, 3, 8, 6, 0, 0, 0, 0, 0], [0, 4, 3, 3, 2, 1, 0, 0, 0, 0, 0]
    expected = stats.ttest_ind(
        [v for v, c in enumerate(first) for _ in range(c)],
        [v for v, c in enumerate(second) for _ in range(c)],
        equal_var=False,
    ).confidence_interval()

    found = scoring.difference(
        "rating", scoring.estimate("rating", first), scoring.estimate("rating", second)
    )

    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert found.is_significant is True


@pytest.mark.parametrize("metric", sorted(scoring.METRICS))
def test_nobody_answered_is_no_data_never_zero(metric: str) -> None:
    found = scoring.estimate(metric, scoring.empty_counts())

    assert found.n == 0
    assert (found.value, found.low, found.high, found.margin) == (None, None, None, None)
    assert (found.mean, found.top_box) == (None, None)
    assert scoring.difference(metric, found, found) == scoring.Difference(
        None, None, None, None, is_significant=False
    )


# What a histogram and a scale hold


@pytest.mark.parametrize(
    ("metric", "groups"),
    [
        ("nps", ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2),
        ("csat", ["dissatisfied"] * 2 + ["neutral"] + ["satisfied"] * 2),
        ("ces", ["dissatisfied"] * 3 + ["neutral"] + ["satisfied"] * 3),
        ("rating", ["dissatisfied"] * 2 + ["neutral"] + ["satisfied"] * 2),
    ],
)
def test_groups(metric: str, groups: list[str]) -> None:
    values = scoring.METRICS[metric].values

    assert [scoring.group_of(metric, value) for value in values] == groups


@pytest.mark.parametrize(
    ("metric", "value"),
    [("nps", -1), ("nps", 11), ("csat", 0), ("csat", 6), ("ces", 8), ("rating", 0)],
)
def test_a_value_outside_the_scale_is_refused(metric: str, value: int) -> None:
    with pytest.raises(ValueError, match="goes from"):
        scoring.counts_index(metric, value)


@pytest.mark.parametrize("value", [True, 4.5, "4", None, math.nan])
def test_a_value_that_is_not_a_whole_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        scoring.counts_index("csat", value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metric", "counts"),
    [
        ("csat", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("csat", [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("nps", [0] * 10),
        ("nps", [-1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_histogram_of_another_scale_is_refused(metric: str, counts: list[int]) -> None:
    with pytest.raises(ValueError, match="histogram"):
        scoring.estimate(metric, counts)


def test_two_metrics_are_never_compared() -> None:
    with pytest.raises(ValueError, match="cannot compare"):
        scoring.difference(
            "csat",
            scoring.estimate("csat", csat_counts(4, 5)),
            scoring.estimate("rating", csat_counts(4, 5)),
        )


@pytest.mark.parametrize(
    ("n", "parent", "shown"), [(4, 100, False), (5, 100, True), (96, 100, False), (100, 100, True)]
)
def test_small_groups_and_their_complements_are_withheld(n: int, parent: int, shown: bool) -> None:
    assert scoring.may_disclose(n, parent) is shown


# Properties


@given(METRIC_AND_HISTOGRAMS)
def test_groups_partition_n_and_intervals_stay_on_the_scale(
    case: tuple[str, list[int], list[int]],
) -> None:
    metric, counts, _ = case
    floor, ceiling = scoring.METRICS[metric].score_range

    found = scoring.estimate(metric, counts)

    assert found.negative + found.neutral + found.positive == found.n == sum(counts)
    if found.value is not None and found.low is not None and found.high is not None:
        assert floor <= found.low <= found.high <= ceiling
        assert floor <= found.value <= ceiling
        assert found.low <= found.value <= found.high


@given(METRIC_AND_HISTOGRAMS)
def test_a_merged_histogram_is_the_histogram_of_the_union(
    case: tuple[str, list[int], list[int]],
) -> None:
    metric, first, second = case
    union = scoring.empty_counts()
    for counts in (first, second):
        for value, count in enumerate(counts):
            if count:
                union[scoring.counts_index(metric, value)] += count

    assert scoring.merged(first, second) == union
    assert scoring.estimate(metric, scoring.merged(first, second)) == scoring.estimate(
        metric, union
    )


@given(METRIC_AND_HISTOGRAMS)
def test_a_difference_reversed_is_its_negative(case: tuple[str, list[int], list[int]]) -> None:
    metric, first, second = case
    a, b = scoring.estimate(metric, first), scoring.estimate(metric, second)

    forward, backward = scoring.difference(metric, a, b), scoring.difference(metric, b, a)

    assert forward.is_significant == backward.is_significant
    if forward.low is not None and backward.high is not None:
        assert forward.low == pytest.approx(-backward.high, abs=1e-9)


def test_the_normal_quantile_is_the_one_of_the_vectors() -> None:
    assert NormalDist().inv_cdf(0.975) == pytest.approx(1.959963985, abs=1e-9)
