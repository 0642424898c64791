"""The metric engine against the rows it stands for."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from surveys.actions.rollups import roll_up
from surveys.queries import openings
from surveys.queries.metrics import Slice, score_groups, score_series
from surveys.scoring import estimate
from tests.dashboards.answers import answer, answer_at_random, live_survey, recount, rows_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _nothing_kept():
    openings.forget()
    yield
    openings.forget()


def part(survey, since, until, **fields):
    return Slice(survey, "q1", "nps", since, until, **fields)


@pytest.mark.slow
def test_groups_are_what_the_rows_say(organisation):
    """U7: for random filters and cuts, whatever the group (one set of answers, many filters)."""
    survey = live_survey(organisation)
    places = answer_at_random(survey, 250, seed=7)
    rows = rows_of(survey)
    draw = random.Random(11)
    now = timezone.now()

    for _ in range(12):
        since = now - timedelta(seconds=draw.randrange(3600, 40 * 86_400))
        until = since + timedelta(seconds=draw.randrange(60, 41 * 86_400))
        channel = draw.choice(["", "sms", "web"])
        place = draw.choice([None, *places])
        cut = part(survey, since, until, channel=channel, place_id=place.pk if place else None)

        def keep(response, channel=channel, place=place):
            is_place = place is None or response.place_id == place.pk
            return is_place and channel in {"", response.channel}

        counts, excluded = recount(rows, keep, since, until)
        [whole] = score_groups(organisation, cut)
        assert (list(whole.counts), whole.excluded) == (counts, excluded)
        assert whole.estimate == estimate("nps", counts)
        for grouping in ("channel", "place", "day", "week", "month"):
            groups = score_groups(organisation, cut, grouping)
            summed = [sum(group.counts[value] for group in groups) for value in range(11)]
            assert summed == counts
            assert sum(g.excluded["partial"] for g in groups) == excluded["partial"]


def test_periods_are_complete_and_local(organisation):
    """An answer at 00:30 in Paris belongs to that day there, whatever UTC says."""
    survey = live_survey(organisation)
    answer(survey, 10, at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC))
    answer(survey, 0, at=datetime(2026, 3, 12, 12, 0, tzinfo=UTC))
    roll_up(organisation.pk)

    cut = part(survey, datetime(2026, 3, 9, tzinfo=PARIS), datetime(2026, 3, 13, tzinfo=PARIS))
    days = score_groups(organisation, cut, "day")

    assert [(day.key, day.estimate.n) for day in days] == [
        ("2026-03-09", 0),
        ("2026-03-10", 1),
        ("2026-03-11", 0),
        ("2026-03-12", 1),
    ]
    assert days[0].estimate.value is None


def test_the_day_on_which_the_clocks_change_is_one_day(organisation):
    survey = live_survey(organisation)
    for hour in range(23):
        answer(survey, 9, at=datetime(2026, 3, 28, 23, 15, tzinfo=UTC) + timedelta(hours=hour))
    roll_up(organisation.pk)

    cut = part(survey, datetime(2026, 3, 28, tzinfo=PARIS), datetime(2026, 3, 31, tzinfo=PARIS))

    assert [(g.key, g.estimate.n) for g in score_groups(organisation, cut, "day")] == [
        ("2026-03-28", 0),
        ("2026-03-29", 23),
        ("2026-03-30", 0),
    ]


def test_weeks_begin_on_monday_and_months_on_the_first(organisation):
    survey = live_survey(organisation)
    answer(survey, 9, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    answer(survey, 9, at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    roll_up(organisation.pk)
    cut = part(survey, datetime(2026, 2, 27, tzinfo=PARIS), datetime(2026, 3, 4, tzinfo=PARIS))

    weeks = score_groups(organisation, cut, "week")
    months = score_groups(organisation, cut, "month")

    assert [(g.key, g.estimate.n) for g in weeks] == [("2026-02-23", 1), ("2026-03-02", 1)]
    assert [(g.key, g.estimate.n) for g in months] == [("2026-02-01", 0), ("2026-03-01", 2)]


def test_a_survey_without_answers_has_one_empty_group(organisation):
    survey = live_survey(organisation)
    now = timezone.now()

    [whole] = score_groups(organisation, part(survey, now - timedelta(days=1), now))

    assert whole.estimate.n == 0
    assert whole.estimate.value is None
    assert score_groups(organisation, part(survey, now - timedelta(days=1), now), "channel") == []


def test_whole_hours_are_read_in_two_queries(organisation, django_assert_num_queries):
    survey = live_survey(organisation)
    answer_at_random(survey, 20, seed=1)
    until = timezone.now().replace(minute=0, second=0, microsecond=0)

    for grouping in ("", "channel", "day", "month"):
        with django_assert_num_queries(2):
            score_groups(organisation, part(survey, until - timedelta(days=30), until), grouping)


def test_series_of_several_surveys_are_one_query(organisation, django_assert_num_queries):
    surveys = [live_survey(organisation) for _ in range(3)]
    for number, survey in enumerate(surveys):
        for _ in range(number):
            answer(survey, 10)
    roll_up(organisation.pk)
    now = timezone.now()
    cuts = [part(survey, now - timedelta(days=6), now) for survey in surveys]

    with django_assert_num_queries(1):
        series = score_series(organisation, cuts, "day")

    assert [sum(g.estimate.n for g in series[survey.pk]) for survey in surveys] == [0, 1, 2]
    assert {len(groups) for groups in series.values()} == {7}
