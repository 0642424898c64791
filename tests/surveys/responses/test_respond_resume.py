"""What a browser remembers of a survey that it has begun."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from surveys.models import Response
from tests.surveys.responses.browser import chosen, fields, opened, sheet
from tests.surveys.responses.conftest import invite

FORM = "application/x-www-form-urlencoded"


def test_saved_answers_come_back_in_the_same_browser_only(client, client_class, door):
    _response, page = opened(client, f"/r/{door.token}")

    saved = client.post(f"/r/{door.token}", {**sheet(page, q1="7"), "partial": "1"})

    assert saved.status_code == 204
    cookie = saved.cookies["cxhub-answer"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        f"/r/{door.token}",
        7 * 24 * 3600,
    )
    again, resumed = opened(client, f"/r/{door.token}")
    assert "You had started" in again.text
    assert resumed["submission_id"] == page["submission_id"]
    assert chosen(again) == ["7"]
    assert chosen(client_class().get(f"/r/{door.token}")) == []

    done = client.post(f"/r/{door.token}", sheet(resumed, q1="7", q2="Fine"))

    assert done.status_code == 201
    assert "cxhub-answer" not in done.cookies  # so that the same browser may see it, to change it
    assert Response.objects.get().state == "completed"


@pytest.mark.parametrize(
    ("language", "started", "go_on"),
    [("en", "You had started.", "Resume"), ("fr", "Vous aviez commencé.", "Reprendre")],
)
def test_a_personal_link_goes_on_in_any_browser_and_shows_nothing(
    client, client_class, survey, language, started, go_on
):
    """AB-22: what another browser answered counts, and is never shown."""
    url = f"/r/{invite(survey, language=language).token}"
    _response, page = opened(client, url)
    client.post(url, {**sheet(page, q1="2"), "partial": "1"})
    other = client_class()

    told = other.get(url)
    rest, form = opened(other, f"{url}?resume=1&lang={language}")
    saved = other.post(url, {**sheet(form, q2="Words"), "partial": "1"})
    refused = other.post(url, {**sheet(form, q2="x" * 4_001)})
    switched = other.post(url, {**sheet(form, q2="Words"), "switch": "fr"})
    reloaded = other.get(url)

    assert (started in told.text, f">{go_on}</a>" in told.text) == (True, True)
    assert 'name="answers.q1"' in told.text
    assert saved.status_code == 204
    assert not saved.cookies
    assert (refused.status_code, switched.status_code) == (400, 200)
    assert "Words</textarea>" in switched.text
    for shown in (rest, refused, switched):
        assert 'name="answers.q1"' not in shown.text
        assert fields(shown.text)["gesture"] == "carry"
    assert (chosen(reloaded), started in reloaded.text) == ([], True)
    assert Response.objects.get().answers == {"q1": 2, "q2": "Words"}
    done = other.post(url, sheet(form, q2="Late."))
    assert done.status_code == 201
    assert (Response.objects.get().answers, Response.objects.get().state) == (
        {"q1": 2, "q2": "Late."},
        "completed",
    )


def test_a_fresh_start_in_another_browser_and_an_old_beginning(client, client_class, door):
    url = f"/r/{door.token}"
    _response, page = opened(client, url)
    client.post(url, {**sheet(page, q1="2"), "partial": "1"})
    other = client_class()
    _fresh, form = opened(other, f"{url}?again=1")

    assert "gesture" not in form
    assert "You had started" not in other.get(f"{url}?score=9").text
    Response.objects.update(answered_at=timezone.now() - timedelta(days=7, seconds=1))
    assert "You had started" not in other.get(url).text
    assert other.get(f"{url}?resume=1").status_code == 200
    assert other.post(url, sheet(form, q1="9")).status_code == 201
    assert Response.objects.get().answers == {"q1": 9}


@pytest.fixture
def client_class():

    return Client


def test_saved_answers_can_be_started_again(client, collector):
    _response, page = opened(client, f"/s/{collector.code}")
    client.post(f"/s/{collector.code}", {**sheet(page, q1="7"), "partial": "1"})

    response = client.post(f"/s/{collector.code}", {**sheet(page, q1="7"), "gesture": "restart"})

    assert response.status_code == 200
    assert chosen(response) == []
    assert fields(response.text)["submission_id"] != page["submission_id"]
    assert response.cookies["cxhub-answer"].value == ""


@pytest.mark.parametrize(
    "value", ["", "forged", "a:b:c", "x" * 4000, "0193b3a0-0000-7000-8000-000000000000"]
)
def test_a_forged_cookie_opens_nothing(client, door, value):
    client.cookies["cxhub-answer"] = value

    response, _page = opened(client, f"/r/{door.token}")

    assert chosen(response) == []


def test_switching_the_language_keeps_the_answers_and_stores_nothing(client, door):
    _response, page = opened(client, f"/r/{door.token}")

    response = client.post(f"/r/{door.token}", {**sheet(page, q1="7", q2="Bon"), "switch": "fr"})

    assert response.status_code == 200
    assert '<html lang="fr">' in response.text
    assert chosen(response) == ["7"]
    assert "Bon</textarea>" in response.text
    assert not Response.objects.exists()


def test_a_second_answer_of_the_same_browser_is_marked(client, collector):
    for query in ("", "?again=1"):
        _response, page = opened(client, f"/s/{collector.code}{query}")
        client.post(f"/s/{collector.code}", sheet(page, q1="7"))

    assert sorted(map(len, Response.objects.values_list("flags", flat=True))) == [1, 2]
    assert Response.objects.filter(flags__contains=["repeat"]).count() == 1


# --- limits -------------------------------------------------------------------------------
