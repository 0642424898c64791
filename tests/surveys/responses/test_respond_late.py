"""Answers to surveys that changed or closed, and answers that nobody gave."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation
from surveys.models import Invitation, Response, Survey
from tests.surveys.responses.browser import fields, opened, post_json, sheet
from tests.surveys.responses.conftest import make_survey

FORM = "application/x-www-form-urlencoded"
FORM = "application/x-www-form-urlencoded"
NOBODYS = "0193b3a0-0000-7000-8000-000000000000"


@pytest.mark.parametrize("version", ["another survey's", NOBODYS, "abc", "\x00"])
def test_a_version_that_the_survey_does_not_have_is_a_409_that_keeps_the_answers(
    client, organisation, survey, door, version
):
    """reliability 4.1"""
    if version.startswith("another"):
        version = str(make_survey(organisation, "csat").current_version_id)
    _response, page = opened(client, f"/r/{door.token}")
    body = {**sheet(page, q1="3", q2="Late"), "version": version}

    response = client.post(f"/r/{door.token}", body)
    by_machine = post_json(
        client,
        f"/r/{door.token}",
        {
            "submission_id": str(uuid4()),
            "answers": {"q1": 3},
            "version": version.replace("\x00", "nul"),
        },
    )

    assert (response.status_code, by_machine.status_code) == (409, 409)
    assert not Response.objects.exists()
    assert "Late</textarea>" in response.text
    assert fields(response.text)["version"] == str(survey.current_version_id)
    assert by_machine.json()["errors"] == [
        {
            "path": "version",
            "code": "survey_changed",
            "message": str(survey.current_version_id),
        }
    ]


@pytest.mark.parametrize("version", [None, NOBODYS, "abc"])
def test_an_answered_link_says_so_whatever_version_is_named(client, door, version):
    """AB-22, reliability 4.1"""
    url = f"/r/{door.token}"
    client.post(url, sheet(opened(client, url)[1], q1="3"))
    body = {"submission_id": str(uuid4()), "answers": {"q1": 9}, "version": version}

    answer, saved = (post_json(client, url, {**body, "partial": p}) for p in (False, True))
    page = client.post(url, {"submission_id": str(uuid4()), "version": version or ""})

    assert (answer.status_code, answer.json()["code"]) == (409, "already_answered")
    assert (saved.status_code, page.status_code) == (204, 200)
    assert "You have already answered" in page.text


def test_a_closed_survey_refuses_what_skips_the_page(client, survey, door):
    """AB-20"""
    Survey.objects.update(state="closed", closed_at=timezone.now() - timedelta(days=2))

    response = post_json(
        client, f"/r/{door.token}", {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    )

    assert (response.status_code, response.json()["code"]) == (410, "closed")


@pytest.mark.parametrize(
    "shut",
    [
        lambda door: Survey.objects.update(state="closed", closed_at=timezone.now()),
        lambda door: Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda door: Organisation.objects.update(is_suspended=True),
    ],
    ids=["closed", "expired", "suspended"],
)
@pytest.mark.parametrize("is_partial", [False, True])
def test_a_sheet_posted_past_a_shut_page_is_refused(client, survey, door, shut, is_partial):
    """AB-20: the page would not have been shown, so what skips it is not taken."""
    shut(door)
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}, "partial": is_partial}
    with_version = {**body, "version": str(survey.current_version_id)}

    answers = [post_json(client, f"/r/{door.token}", sent) for sent in (body, with_version)]

    assert client.get(f"/r/{door.token}").status_code == 410
    assert [answer.status_code for answer in answers] == [410, 410]
    assert {answer.json()["code"] for answer in answers} <= {"closed", "expired"}
    assert not Response.objects.exists()


def test_an_unknown_token_takes_no_answer(client, survey):
    """AB-23"""
    body = {
        "submission_id": str(uuid4()),
        "answers": {"q1": 3},
        "version": str(survey.current_version_id),
    }

    assert post_json(client, "/r/nobody", body).status_code == 404
    assert post_json(client, "/s/NOBODY", body).status_code == 404


def test_an_answer_begun_before_the_close_is_taken(client, survey, door):
    """AB-30"""
    _response, page = opened(client, f"/r/{door.token}")
    Survey.objects.update(state="closed", closed_at=timezone.now() + timedelta(seconds=1))

    assert client.get(f"/r/{door.token}").status_code == 410
    assert client.post(f"/r/{door.token}", sheet(page, q1="3")).status_code == 201


def test_a_script_without_a_person_is_set_aside(client, door):
    """AB-19"""
    _response, page = opened(client, f"/r/{door.token}?score=0")

    scripted = client.post(f"/r/{door.token}", {**sheet(page, q1="0"), "js": "1"})

    assert scripted.status_code == 201
    assert Response.objects.get().state == "quarantined"

    _response, page = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", {**sheet(page, q1="9"), "js": "1", "human": "1"})

    assert Response.objects.get().state == "completed"
    assert Response.objects.get().answers == {"q1": 9}


def test_a_person_without_javascript_counts(client, door):
    _response, page = opened(client, f"/r/{door.token}")
    client.post(f"/r/{door.token}", sheet(page, q1="9"))

    assert Response.objects.get().state == "completed"


def test_an_unknown_version_is_told_in_the_customers_language(client, collector):
    body = {"submission_id": str(uuid4()), "version": str(uuid4()), "answers": {"q1": 3}}

    response = post_json(client, f"/s/{collector.code}", {**body, "language": "fr"})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (409, "survey_changed")
    assert problem["detail"].startswith("Les questions ont changé")
