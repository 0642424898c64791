"""GET /api/v1/metrics/."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cxhub.lib.tenancy import tenant
from surveys.actions.rollups import roll_up
from tests.dashboards.answers import answer, answer_at_random, live_survey, recount, rows_of
from tests.factories.accounts import PlaceFactory

URL = "/api/v1/metrics/"


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(live_survey, made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


def test_metrics_answer_as_documented(api, organisation, survey):
    """Vector of the definitions: 6 promoters, 4 passives, 2 detractors is +33.33."""
    for value in [10] * 6 + [7] * 4 + [3] * 2:
        answer(survey, value, channel="sms")
    answer(survey, None, channel="sms")
    answer(survey, None, channel="sms", state="partial")
    roll_up(organisation.pk)

    response = api.get(
        URL, {"survey": survey.pk, "metric": "nps", "group_by": "channel", "from": hours_ago(2)}
    )

    assert response.status_code == 200
    assert response.json() == {
        "survey": str(survey.pk),
        "question": "q1",
        "metric": "nps",
        "formula": "nps/1",
        "timezone": "Europe/Paris",
        "groups": [
            {
                "key": {"channel": "sms"},
                "label": "sms",
                "n": 12,
                "value": 33.33,
                "low": -11.28,
                "high": 64.61,
                "mean": 7.83,
                "mean_low": 6.15,
                "mean_high": 9.52,
                "top_box": 50.0,
                "counts": [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 6],
                "excluded": {
                    "skipped": 1,
                    "partial": 1,
                    "quarantined": 0,
                    "excluded": 0,
                    "withdrawn": 0,
                },
            }
        ],
    }


def test_without_answers_numbers_are_null(api, survey):
    [group] = api.get(URL, {"survey": survey.pk}).json()["groups"]

    assert (group["key"], group["n"]) == ({}, 0)
    assert (group["value"], group["low"], group["high"]) == (None, None, None)
    assert group["counts"] == [0] * 11


def test_a_cut_hour_is_counted_to_the_second(api, organisation, survey):
    at = datetime(2026, 5, 5, 10, 30, tzinfo=UTC)
    for minutes in (-1, 0, 1, 2):
        answer(survey, 10, at=at + timedelta(minutes=minutes))
    roll_up(organisation.pk)

    query = {"survey": survey.pk, "from": iso(at), "to": iso(at + timedelta(minutes=2))}
    [group] = api.get(URL, query).json()["groups"]

    assert group["n"] == 2


def test_places_and_days_name_their_groups(api, organisation, survey):
    place = PlaceFactory(organisation=organisation, name="Lyon")
    answer(survey, 10, place=place)
    answer(survey, 0)
    roll_up(organisation.pk)

    places = api.get(URL, {"survey": survey.pk, "group_by": "place"}).json()["groups"]
    one = api.get(URL, {"survey": survey.pk, "place": place.pk}).json()["groups"]

    assert [(g["key"], g["label"], g["value"]) for g in places] == [
        ({"place": None}, "", -100.0),
        ({"place": str(place.pk)}, "Lyon", 100.0),
    ]
    assert [g["n"] for g in one] == [1]


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ({"nonsense": "1"}, "nonsense", "unknown_field"),
        ({"limit": "5"}, "limit", "unknown_field"),
        ({"from": "2026-03-01T10:00:00"}, "from", "no_zone"),
        ({"from": "yesterday"}, "from", "invalid"),
        ({"from": "0000-01-01T00:00:00Z"}, "from", "invalid"),
        ({"from": "1999-12-31T00:00:00Z"}, "from", "out_of_range"),
        ({"to": "9999-12-31T00:00:00Z"}, "to", "out_of_range"),
        ({"from": "2150-01-01T00:00:00Z"}, "from", "in_future"),
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "to", "empty_period"),
        ({"from": "2001-01-01T00:00:00Z", "group_by": "day"}, "to", "period_too_long"),
        ({"group_by": "hour"}, "group_by", "invalid_choice"),
        ({"metric": "gut"}, "metric", "invalid_choice"),
        ({"metric": "csat"}, "metric", "no_such_question"),
        ({"question": "q9"}, "question", "no_such_question"),
        ({"place": "Lyon"}, "place", "invalid"),
        ({"survey": "5"}, "survey", "invalid"),
    ],
)
def test_a_bad_filter_is_refused_by_name(api, survey, query, path, code):
    """reliability 4.5: unknown filter, bad date, date without zone, future, nonsense."""
    response = api.get(URL, {"survey": str(survey.pk), **query})

    assert response.status_code == 400
    assert [(e["path"], e["code"]) for e in response.json()["errors"]] == [(path, code)]


def test_the_survey_must_be_named(api):
    response = api.get(URL)

    assert response.status_code == 400
    assert [(e["path"], e["code"]) for e in response.json()["errors"]] == [("survey", "required")]


def test_what_belongs_to_others_does_not_exist(stranger, survey):
    """AB-01: the same 404 as for a survey that nobody has."""
    theirs = stranger.get(URL, {"survey": survey.pk})
    nobodys = stranger.get(URL, {"survey": uuid4()})

    assert (theirs.status_code, theirs.json()) == (404, nobodys.json())


def test_a_place_of_others_does_not_exist(api, survey, other_organisation):
    """AB-01 in a filter."""
    with tenant(other_organisation.pk):
        place = PlaceFactory(organisation=other_organisation)

    assert api.get(URL, {"survey": survey.pk, "place": place.pk}).status_code == 404


@pytest.mark.slow
def test_every_channel_and_day_equals_the_rows(api, organisation, survey):
    """U7 through the API: a recomputation by hand gives the same groups."""
    answer_at_random(survey, 150, seed=3, days=10)
    since, until = timezone.now() - timedelta(days=9), timezone.now()

    channels = api.get(
        URL,
        {"survey": survey.pk, "from": iso(since), "to": iso(until), "group_by": "channel"},
    ).json()["groups"]

    rows = rows_of(survey)
    for group in channels:
        name = group["key"]["channel"]
        counts, excluded = recount(
            rows, lambda response, name=name: response.channel == name, since, until
        )
        assert (group["counts"], group["excluded"]) == (counts, excluded)


def iso(moment):
    return moment.isoformat()


def hours_ago(hours):
    return iso(timezone.now() - timedelta(hours=hours))
