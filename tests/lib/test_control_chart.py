"""The XmR vector and each of its three rules."""

import pytest

from cxhub.lib.control_chart import control_limits

CALM = [30.0, 34, 28, 33, 31, 35, 29, 32]


def test_xmr_vector() -> None:
    found = control_limits(CALM)

    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((31.5, 20.10, 42.90), abs=0.01)
    assert found.range_limit == pytest.approx(3.27 * 4.2857, abs=0.01)
    assert found.signals == ()


@pytest.mark.parametrize(
    ("values", "signals"),
    [
        ([*CALM, 60.0], (8,)),  # outside the limits
        ([30.0, 31] * 4 + [34.0, 35] * 4, (7, 15)),  # eight in a row on one side
        ([30.0, 34] * 6 + [39.0, 39, 34, 39], (15,)),  # three of four near the limit
    ],
)
def test_signals(values: list[float], signals: tuple[int, ...]) -> None:
    found = control_limits(values)

    assert found is not None
    assert found.signals == signals


def test_five_points_are_too_few() -> None:
    assert control_limits(CALM[:5]) is None
