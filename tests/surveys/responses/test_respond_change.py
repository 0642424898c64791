"""A customer changes what he answered: one response, its scores moved once, its past kept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.models import DomainEvent
from surveys.actions import rollups
from surveys.actions.collectors import create_collector
from surveys.models import EarlierAnswer, Response, Score, ScoreRollup
from tests.surveys.responses.browser import chosen, fields, opened, post_json, sheet
from tests.surveys.responses.conftest import invite

WORDS = {
    "en": (
        "Change my answer (24 h)",
        "You are changing",
        "takes the place",
        "no longer be changed",
    ),
    "fr": (
        "Modifier ma réponse (24 h)",
        "Vous modifiez",
        "remplacera votre réponse",
        "ne peut plus être",
    ),
}
AGAIN = "again=1"


def answer(client, url, **answers):
    """A sheet begun and sent in, as a browser with scripts does it."""
    _response, page = opened(client, url)
    client.post(url, {**sheet(page, **answers), "partial": "1"})
    done = client.post(url, sheet(page, **answers))
    assert done.status_code == 201
    return done


def change_form(client, url):
    response = client.get(f"{url}?change=1")
    assert response.status_code == 200, response.text
    return response, fields(response.text)


def changes():
    return DomainEvent.objects.filter(kind="response.changed").count()


def scores():
    return list(Score.objects.order_by("question_key").values_list("question_key", "value"))


def counted():
    return {
        value: n for row in ScoreRollup.objects.all() for value, n in enumerate(row.counts) if n
    }


@pytest.fixture(params=["personal", "open"])
def url(request, survey):
    if request.param == "personal":
        return f"/r/{invite(survey).token}"
    return f"/s/{create_collector(survey=survey, kind='link').code}"


@pytest.mark.parametrize("is_counted", [True, False])
def test_other_answers_take_the_place_of_the_earlier_once(
    client, organisation, survey, url, is_counted
):
    answer(client, url, q1="2", q2="Two days late.")
    before = Response.objects.get()
    if is_counted:
        rollups.roll_up(organisation.pk)
    again = client.get(url)
    form, page = change_form(client, url)

    done = [client.post(f"{url}?change=1", sheet(page, q1="9", q2="Sorted.")) for _ in range(2)]

    after, earlier = Response.objects.get(), EarlierAnswer.objects.get()
    assert "Change my answer" in again.text
    assert "?change=1" in again.text
    assert (AGAIN in again.text) is url.startswith("/s/")
    assert chosen(form) == ["2"]
    assert "Two days late.</textarea>" in form.text
    assert [response.status_code for response in done] == [200, 200]
    assert done[0].headers["Cache-Control"] == "no-store"
    assert (after.pk, after.answers) == (before.pk, {"q1": 9, "q2": "Sorted."})
    assert (after.answered_at, after.state) == (before.answered_at, "completed")
    assert earlier.answers == {"q1": 2, "q2": "Two days late."}
    assert (changes(), scores()) == (1, [("q1", 9)])
    assert counted() == ({9: 1} if is_counted else {})
    rollups.roll_up(organisation.pk)
    assert counted() == {9: 1}
    assert rollups.drift(organisation, survey) == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_forwarded_link_changes_but_never_shows_the_answer(client, survey, language):
    """AB-22"""
    url = f"/r/{invite(survey, language=language).token}"
    answer(client, url, q1="2", q2="Two days late.")

    shown, same = change_form(client, url)
    form, page = change_form(Client(), url)

    link, own, blind, _late = WORDS[language]
    assert link in Client().get(url).text
    assert (own in shown.text, blind in form.text) == (True, True)
    assert (chosen(form), "Two days late" in form.text) == ([], False)
    assert same["gesture"] == page["gesture"] == "change"
    assert Client().post(url, sheet(page, q1="7")).status_code == 200
    assert scores() == [("q1", 7)]


def test_an_open_link_knows_its_browser_only(client, collector):
    url = f"/s/{collector.code}"
    answer(client, url, q1="2")
    stranger = Client()

    _response, page = opened(stranger, f"{url}?change=1")
    foreign = stranger.post(url, {**sheet(page, q1="9"), "gesture": "change"})
    _response, again = opened(client, f"{url}?again=1")
    client.post(url, {**sheet(again, q1="5"), "partial": "1"})
    client.post(url, sheet(again, q1="5"))

    assert "gesture" not in page
    assert foreign.status_code == 404
    assert scores() == [("q1", 2), ("q1", 5)]
    assert Response.objects.filter(flags__contains=["repeat"]).count() == 1


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("why", ["late", "often", "machine", "closed"])
def test_what_may_not_be_changed_says_so_and_stays(client, survey, language, why):
    url = f"/r/{invite(survey, language=language).token}"
    answer(client, url, q1="2")
    _form, page = change_form(client, url)
    response = Response.objects.get()
    if why == "often":
        for _ in range(5):
            EarlierAnswer.objects.create(organisation=response.organisation, response=response)
    if why == "late":
        old = timezone.now() - timedelta(hours=24, seconds=1)
        Response.objects.update(answered_at=old)
        invite_rows = response.invitation
        invite_rows.completed_at = old
        invite_rows.save()
        assert "?change=1" not in client.get(url).text
        assert client.get(f"{url}?change=1").status_code == 410
    if why == "closed":
        survey.state = "closed"
        survey.save()
        assert "?change=1" not in client.get(url).text
    gestures = {"js": "1", "human": ""} if why == "machine" else {}

    refused = client.post(url, {**sheet(page, q1="9"), **gestures})

    assert refused.status_code == (409 if why == "machine" else 410)
    assert (WORDS[language][3] in refused.text) is (why in {"late", "often"})
    assert (scores(), changes()) == ([("q1", 2)], 0)


def test_a_form_that_is_not_finished_comes_back(client, door):
    url = f"/r/{door.token}"
    answer(client, url, q1="2")
    _form, page = change_form(client, url)

    empty = client.post(url, sheet(page, q1="", q2="Words"))
    french = client.post(url, {**sheet(page, q1="8", q2="Words"), "switch": "fr"})
    early = client.post(url, {**sheet(page, q1="8"), "partial": "1"})

    assert (empty.status_code, french.status_code, early.status_code) == (400, 200, 204)
    assert "Words</textarea>" in empty.text
    assert "gesture" in fields(empty.text)
    assert (chosen(french), '<html lang="fr">' in french.text) == (["8"], True)
    assert "Vous modifiez" in french.text
    assert scores() == [("q1", 2)]


def test_another_sheet_without_the_wish_changes_nothing(client, door):
    """AB-29"""
    url = f"/r/{door.token}"
    answer(client, url, q1="2")
    _form, page = change_form(client, url)
    page.pop("gesture")

    body = {"submission_id": page["submission_id"], "answers": {"q1": 9}}
    assert [client.post(url, sheet(page, q1="9")).status_code] == [200]
    assert post_json(client, url, {**body, "version": page["version"]}).status_code == 409
    assert scores() == [("q1", 2)]
