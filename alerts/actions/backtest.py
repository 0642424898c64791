"""Trying a rule on the past before it is kept: the same condition, on what was answered."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from alerts.actions.facts import recent_facts
from alerts.conditions import CONDITIONS
from alerts.conditions.base import Params, Verdict
from surveys.models import Survey

DAYS = 30
MOST_RESPONSES = 10_000
NOISY_PER_DAY = 50


@dataclass(frozen=True)
class BackTest:
    """How often a rule would have fired; `is_capped` when only the newest answers were tried."""

    fired: int
    tried: int
    days: int
    is_capped: bool

    @property
    def is_noisy(self) -> bool:
        return self.fired > NOISY_PER_DAY * self.days or (self.is_capped and self.fired > 0)


def back_test(*, survey: Survey, condition: str, params: Params) -> BackTest | None:
    """Run a condition over the last 30 days; None when it makes no sense yet."""
    judge = CONDITIONS.get(condition)
    if judge is None or judge.check(params):
        return None
    since = timezone.now() - timedelta(days=DAYS)
    tried = fired = 0
    for facts in recent_facts(survey, since=since, most=MOST_RESPONSES):
        tried += 1
        fired += judge.evaluate(facts, params) is Verdict.BREACH
    return BackTest(fired=fired, tried=tried, days=DAYS, is_capped=tried == MOST_RESPONSES)
