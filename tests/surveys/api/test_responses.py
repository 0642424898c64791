"""Responses by API: read, narrowed, and handed in by apps and interviewers."""

import json
import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.actions.api_keys import create_api_key
from cxhub.lib.tenancy import tenant
from surveys.actions.visits import Seen
from surveys.models import Response
from tests.factories.surveys import (
    CollectorFactory,
    InvitationFactory,
    LiveSurveyFactory,
    ResponseFactory,
    ScoreFactory,
)
from tests.factories.visits import count_visits
from tests.lib.test_scanners import CHROME

QUERIES = 14
SCOPES = ["responses:read", "responses:write"]


@pytest.fixture
def api(organisation):
    _api_key, text = create_api_key(
        organisation=organisation, name="App", scopes=SCOPES, created_by=None
    )

    def call(method, path="", body=None):
        return getattr(Client(), method)(
            f"/api/v1/responses/{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"},
        )

    return call


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation)


def sheet(collector, **changes):
    return {
        "submission_id": str(uuid.uuid4()),
        "collector": str(collector.pk),
        "answers": {"q1": 3, "q2": "Trop long"},
        "language": "fr",
        **changes,
    }


def test_a_response_reads_as_promised(api, survey):
    response = ResponseFactory(survey=survey, state="completed", answers={"q1": 9})
    ScoreFactory(response=response, metric="nps", value=9, question_key="q1")

    page = api("get", f"?survey={survey.pk}").json()

    assert page["next"] is None
    assert page["results"][0] | {"answered_at": ""} == {
        "id": str(response.pk),
        "survey": str(survey.pk),
        "state": "completed",
        "answers": {"q1": 9},
        "scores": [{"metric": "nps", "value": 9}],
        "channel": response.channel,
        "language": response.language,
        "contact": None,
        "place": None,
        "flags": [],
        "link": None,
        "answered_at": "",
        "changed_at": None,
    }


def test_a_response_tells_from_how_many_networks_its_link_was_opened(
    api, survey, django_assert_num_queries
):
    """AB-22"""
    invitations = [InvitationFactory(survey=survey, token=f"link-{n}") for n in range(2)]
    for invitation in invitations:
        ResponseFactory(survey=survey, invitation=invitation)
    count_visits(
        Seen("link-0", f"198.51.{n}.7", "GET", CHROME, "", "", 1_790_000_000.0) for n in range(5)
    )

    with django_assert_num_queries(QUERIES):
        page = api("get", f"?survey={survey.pk}").json()

    links = [row["link"] for row in page["results"]]
    assert links == [
        None,
        {
            "networks": 5,
            "automated_networks": 0,
            "is_forwarded": True,
            "words": "This link was opened from 5 networks: it may have been forwarded.",
        },
    ]


def test_an_app_hands_in_an_answer_once(api, survey):
    body = sheet(CollectorFactory(survey=survey), channel="app")

    first, again = api("post", "", body), api("post", "", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["scores"] == [{"metric": "nps", "value": 3}]
    assert first.json()["channel"] == "app"
    assert Response.objects.count() == 1


def test_the_same_submission_with_other_answers_is_a_conflict(api, survey):
    """AB-29"""
    body = sheet(CollectorFactory(survey=survey))
    api("post", "", body)

    other = api("post", "", body | {"answers": {"q1": 10}})

    assert (other.status_code, other.json()["code"]) == (409, "already_answered")
    assert Response.objects.get().answers["q1"] == 3


def test_a_personal_link_is_answered_once(api, survey):
    """AB-22"""
    InvitationFactory(survey=survey, token="a-token-of-22-characters")
    door = {"invitation_token": "a-token-of-22-characters"}
    body = sheet(CollectorFactory(survey=survey)) | door
    del body["collector"]

    first = api("post", "", body)
    second = api("post", "", body | {"submission_id": str(uuid.uuid4())})

    assert (first.status_code, second.status_code) == (201, 409)


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"q1": 11}, "answers.q1"),
        ({"q1": "5"}, "answers.q1"),
        ({"q1": True}, "answers.q1"),
        ({"q1": None}, "answers.q1"),
        ({"q1": [5]}, "answers.q1"),
        ({}, "answers.q1"),
        ({"q1": 5, "q9": 1}, "answers.q9"),
    ],
)
def test_a_bad_answer_names_its_question(api, survey, answers, path):
    """AB-20: the API asks for the same as the page."""
    response = api("post", "", sheet(CollectorFactory(survey=survey), answers=answers))

    assert response.status_code == 400
    assert path in [error["path"] for error in response.json()["errors"]]
    assert not Response.objects.exists()


def test_a_number_beyond_all_bounds_names_its_question(api, survey):
    """reliability 4.1, through the API"""
    body = json.dumps(sheet(CollectorFactory(survey=survey), answers={"q1": "much"}))

    response = api("post", "", body.replace('"much"', "1e309"))

    assert (response.status_code, response.json()["code"]) == (400, "invalid_answer")
    assert [error["path"] for error in response.json()["errors"]] == ["answers.q1"]
    assert not Response.objects.exists()


def test_a_closed_door_takes_nothing(api, survey):
    """AB-20"""
    door = CollectorFactory(survey=survey, is_open=False)

    response = api("post", "", sheet(door))

    assert (response.status_code, response.json()["code"]) == (410, "closed")


def test_a_door_of_another_organisation_is_not_found(api, survey, other_organisation):
    """AB-01"""
    with tenant(other_organisation.pk):
        theirs = LiveSurveyFactory(organisation=other_organisation)
        collector = CollectorFactory(survey=theirs)
        InvitationFactory(survey=theirs, token="their-token-22-characters")
    body = sheet(collector)
    invited = {key: value for key, value in body.items() if key != "collector"}

    by_collector = api("post", "", body)
    by_token = api("post", "", invited | {"invitation_token": "their-token-22-characters"})
    listed = api("get", f"?survey={theirs.pk}")

    assert [by_collector.status_code, by_token.status_code, listed.status_code] == [404] * 3
    assert by_collector.content == by_token.content == listed.content


def test_one_door_exactly(api, survey):
    body = sheet(CollectorFactory(survey=survey))

    both = api("post", "", body | {"invitation_token": "x" * 22})
    neither = api("post", "", {key: body[key] for key in body if key != "collector"})

    assert (both.status_code, neither.status_code) == (400, 400)


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ({"from": "2150-01-01T00:00:00Z"}, "from", "in_future"),
        ({"from": "9999-12-31T23:59:59Z"}, "from", "out_of_range"),
        ({"to": "9999-12-31T23:59:59Z"}, "to", "out_of_range"),
        ({"from": "0001-01-01T00:00:00Z"}, "from", "out_of_range"),
        ({"from": "2026-03-01T10:00:00"}, "from", "no_zone"),
        ({"from": "0000-01-01T00:00:00Z"}, "from", "invalid"),
        ({"to": "2026-02-30T00:00:00Z"}, "to", "invalid"),
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "to", "empty_period"),
        ({"survey": "abc"}, "survey", "invalid"),
        ({"state": "asleep"}, "state", "invalid_choice"),
    ],
)
def test_a_senseless_filter_is_refused(api, query, path, code):
    answer = api("get", f"?{urlencode(query)}")

    assert answer.status_code == 400
    assert [(error["path"], error["code"]) for error in answer.json()["errors"]] == [(path, code)]
