"""How often one person may be asked: a table of values."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from journeys.fatigue import Ask, Budget, Verdict, verdict

NPS, CSAT, CES = (UUID(int=number) for number in (1, 2, 3))
NOW = datetime(2026, 3, 30, 10, tzinfo=UTC)


def ask(survey, days):
    return Ask(survey, NOW - timedelta(days=days))


def day(number):
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("asks", "budget", "expected"),
    [
        ([], (30, 2), Verdict()),
        ([ask(CSAT, 5)], (30, 2), Verdict()),
        ([ask(CSAT, 5), ask(CES, 10)], (30, 2), Verdict("recently_asked", day(20))),
        ([ask(CSAT, 5), ask(CES, 31)], (30, 2), Verdict()),
        ([ask(CSAT, 5), ask(CES, 30)], (30, 2), Verdict()),
        ([ask(CSAT, 1), ask(CES, 2), ask(CES, 9)], (30, 2), Verdict("recently_asked", day(28))),
        ([ask(CSAT, -2)], (30, 1), Verdict("recently_asked", day(32))),
        ([ask(NPS, 5)], (30, 2), Verdict("same_survey", day(25))),
        ([ask(NPS, 31)], (30, 2), Verdict()),
        ([ask(NPS, 20), ask(CSAT, 1)], (30, 1), Verdict("same_survey", day(29))),
        ([ask(NPS, 5)], (0, 2), Verdict()),
        ([], (30, 0), Verdict("recently_asked", None)),
    ],
)
def test_verdict(asks, budget, expected):
    """AB-39: never above the budget, and it is known when one may be asked again."""
    assert verdict(asks, survey_id=NPS, now=NOW, budget=Budget(*budget)) == expected
