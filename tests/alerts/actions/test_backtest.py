"""Trying a rule on the last thirty days."""

from datetime import timedelta

from django.utils import timezone

from alerts.actions import backtest
from alerts.actions.backtest import back_test
from tests.factories.alerts import answered
from tests.factories.surveys import LiveSurveyFactory

NPS_6 = {"metric": "nps", "at_most": 6}


def test_it_counts_what_the_rule_would_have_found(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    for score in (0, 6, 7, 10):
        answered(survey, score)
    answered(survey, 0, answered_at=timezone.now() - timedelta(days=31))
    answered(survey, 0, state="quarantined")

    past = back_test(survey=survey, condition="score_below", params=NPS_6)

    assert (past.fired, past.tried, past.days, past.is_capped) == (2, 4, 30, False)


def test_a_senseless_rule_is_not_tried(organisation):
    survey = LiveSurveyFactory(organisation=organisation)

    assert back_test(survey=survey, condition="score_below", params={"metric": "nps"}) is None


def test_it_stops_at_a_number_and_says_so(organisation, monkeypatch):
    monkeypatch.setattr(backtest, "MOST_RESPONSES", 2)
    survey = LiveSurveyFactory(organisation=organisation)
    for _ in range(3):
        answered(survey, 1)

    past = back_test(survey=survey, condition="score_below", params=NPS_6)

    assert (past.fired, past.tried, past.is_capped) == (2, 2, True)


def test_the_number_of_queries_does_not_grow(organisation, django_assert_num_queries):
    survey = LiveSurveyFactory(organisation=organisation)
    for _ in range(5):
        answered(survey, 1)

    with django_assert_num_queries(2):
        back_test(survey=survey, condition="score_below", params=NPS_6)
