"""Wilson and Student against scipy."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.intervals import student_cdf, student_quantile, wilson


@pytest.fixture(scope="module")
def stats():
    """It takes long to load: by the process that runs these tests, not by each that collects."""
    return import_module("scipy.stats")


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (45, 60, 0.6277, 0.8422), (20, 20, 0.8389, 1)],
)
def test_wilson_vectors(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(stats, case: tuple[int, int]) -> None:
    k, n = case
    oracle = stats.binomtest(k, n).proportion_ci(method="wilson")

    assert wilson(k, n) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@pytest.mark.parametrize(
    "freedom", [1, 1.5, 2, 2.7, 3, 5, 10, 30, 99.5, 499, 500, 501, 2000, 10**7]
)
@pytest.mark.parametrize("p", [0.75, 0.9, 0.95, 0.975, 0.995])
def test_student_quantile_is_scipys(stats, p: float, freedom: float) -> None:
    assert student_quantile(p, freedom) == pytest.approx(stats.t.ppf(p, freedom), rel=1e-9)


@given(st.floats(1, 600), st.floats(0.6, 0.999))
def test_student_quantile_is_scipys_everywhere(stats, freedom: float, p: float) -> None:
    assert student_quantile(p, freedom) == pytest.approx(
        stats.t.ppf(p, freedom), rel=1e-8, abs=1e-9
    )


@given(st.floats(1, 600), st.floats(0, 50))
def test_student_distribution_is_scipys(stats, freedom: float, t: float) -> None:
    assert student_cdf(t, freedom) == pytest.approx(stats.t.cdf(t, freedom), abs=1e-9)
