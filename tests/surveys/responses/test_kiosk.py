"""A public door on a tablet that many people use, one after the other."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from surveys.actions.collectors import create_collector
from surveys.actions.drafts import edit_draft
from surveys.actions.publishing import publish_survey
from surveys.models import Response, Survey
from surveys.queries.doors import collector_url
from tests.surveys.responses.browser import chosen, opened, post_json, sheet


@pytest.fixture
def kiosk(survey):
    return create_collector(survey=survey, kind="kiosk")


@pytest.fixture
def url(kiosk):
    return urlsplit(collector_url(kiosk)).path


def test_the_address_that_is_handed_out_opens_the_survey(client, kiosk, url):
    response, page = opened(client, url)

    assert url == f"/k/{kiosk.code.lower()}"
    assert "<form" in response.text
    assert page["version"]
    assert "Refresh" not in response.headers
    assert "keeps nothing of you on this device" in response.text
    assert "cookie" not in response.text
    assert client.get(f"{url.upper().replace('/K/', '/k/')}/").status_code == 200


def test_an_answer_counts_for_the_kiosk(client, url):
    _response, page = opened(client, url)

    thanks = client.post(url, sheet(page, q1="3", q2="Queue too long"))

    stored = Response.objects.get()
    assert thanks.status_code == 201
    assert (stored.channel, stored.state, stored.answers["q1"]) == ("kiosk", "completed", 3)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "starts again for the next person"), ("fr", "recommence pour la personne suivante")],
)
def test_the_thank_you_goes_back_by_itself_without_a_script(client, url, language, words):
    _response, page = opened(client, f"{url}?lang={language}")

    thanks = client.post(url, sheet(page, q1="9"))

    assert thanks.headers["Refresh"] == f"3; url={url}"
    assert words in thanks.text
    assert "<script" not in thanks.text
    assert '<a class="again" href="">' in thanks.text


@pytest.mark.parametrize("score", ["9", "7", "2"])
def test_the_link_of_the_thank_you_is_everybodys_but_a_kiosks(
    client, survey, collector, door, url, score
):
    """No review gating, and a shared device is not led away."""
    link = {"text": {"en": "Write a review", "fr": "Avis"}, "url": "https://example.com/reviews"}

    def add(draft):
        return {**draft, "thanks": {**draft["thanks"], "link": link}}

    edit_draft(survey=survey, change=add, actor=None)
    publish_survey(survey=survey, actor=None)
    shown = {}
    for address in (f"/s/{collector.code}", f"/r/{door.token}", url):
        _response, page = opened(client, address)
        thanks = client.post(address, sheet(page, q1=score))
        assert thanks.status_code == 201
        shown[address[:3]] = 'href="https://example.com/reviews"' in thanks.text

    assert shown == {"/s/": True, "/r/": True, "/k/": False}


def test_a_web_link_does_not_go_back(client, collector):
    _response, page = opened(client, f"/s/{collector.code}")

    thanks = client.post(f"/s/{collector.code}", sheet(page, q1="9"))

    assert "Refresh" not in thanks.headers
    assert "You can close this page" in thanks.text


def test_nothing_of_one_person_is_kept_for_the_next(client, url):
    _response, page = opened(client, url)
    saved = client.post(url, {**sheet(page, q1="7", q2="My words"), "partial": "1"})
    response, following = opened(client, url)

    assert (saved.status_code, saved.cookies, client.cookies) == (204, {}, {})
    assert following["submission_id"] != page["submission_id"]
    assert chosen(response) == []
    assert "My words" not in response.text


def test_ten_people_in_a_row_are_ten_answers(client, url):
    for score in range(10):
        _response, page = opened(client, url)
        assert client.post(url, sheet(page, q1=str(score))).status_code == 201

    assert Response.objects.filter(state="completed", channel="kiosk").count() == 10
    assert not Response.objects.filter(flags__contains=["repeat"]).exists()


def test_a_cookie_of_another_door_is_not_looked_at(url, collector):
    client = Client()
    _response, page = opened(client, f"/s/{collector.code}")
    client.post(f"/s/{collector.code}", sheet(page, q1="7"))
    client.cookies["cxhub-answer"]["path"] = "/"
    _response, page = opened(client, url)

    client.post(url, sheet(page, q1="8"))

    assert not Response.objects.filter(flags__contains=["repeat"]).exists()


def test_what_is_wrong_stays_on_the_page(client, url):
    _response, page = opened(client, url)

    refused = client.post(url, sheet(page, q2="Only words"))

    assert refused.status_code == 400
    assert "Only words</textarea>" in refused.text
    assert "Refresh" not in refused.headers


@pytest.mark.parametrize(("state", "status"), [("closed", 410), ("paused", 503)])
def test_a_shut_kiosk_looks_again_each_minute(client, survey, kiosk, url, state, status):
    Survey.objects.update(state=state)

    shut = client.get(url)

    assert (shut.status_code, shut.headers["Refresh"]) == (status, f"60; url={url}")
    assert (
        post_json(client, url, {"submission_id": str(uuid4()), "answers": {"q1": 3}}).status_code
        == status
    )


@pytest.mark.parametrize("code", ["nosuch", "a b", "%00", "x" * 300, "..%2f..%2fetc"])
def test_an_unknown_kiosk_is_not_found(client, survey, code):
    """AB-23"""
    response = client.get(f"/k/{code}")

    assert response.status_code == 404
    assert "Refresh" not in response.headers


def test_another_method_is_a_405(client, url):
    assert client.put(url).status_code == 405
