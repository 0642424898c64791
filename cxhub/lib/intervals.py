"""Confidence arithmetic without scipy: Wilson's interval of a proportion and Student's t."""

import math
from functools import lru_cache
from statistics import NormalDist

CONFIDENCE_Z = NormalDist().inv_cdf(0.975)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The Wilson score interval of a proportion, as two numbers between 0 and 1."""
    z2 = CONFIDENCE_Z**2
    p = successes / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = CONFIDENCE_Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # The two ends are exact in theory; floating point leaves them at 1e-17 from it.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    return low, 1.0 if successes == n else min(1.0, centre + half)


@lru_cache(maxsize=4096)
def student_quantile(p: float, freedom: float) -> float:
    """The quantile of Student's t for p > 1/2, to about ten digits."""
    z = NormalDist().inv_cdf(p)
    guess = _cornish_fisher(z, freedom)
    if freedom > 500:
        return guess
    low, high = 0.0, max(guess, 1.0)
    while student_cdf(high, freedom) < p:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if student_cdf(middle, freedom) < p else (low, middle)
    return (low + high) / 2


def _cornish_fisher(z: float, freedom: float) -> float:
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def student_cdf(t: float, freedom: float) -> float:
    """P(T <= t) for t >= 0, through the regularised incomplete beta function."""
    a, b, x, y = (
        freedom / 2,
        0.5,
        freedom / (freedom + t * t),
        t * t / (freedom + t * t),
    )
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x)
    ) * math.sqrt(y)
    if x < (a + 1) / (a + b + 2):
        return 1 - front * _beta_fraction(a, b, x) / a / 2
    return 1 - (1 - front * _beta_fraction(b, a, y) / b) / 2


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / (1 + step * d)
            c = 1 + step / c
            result *= d * c
        if abs(c * d - 1) < 1e-15:
            break
    return result
