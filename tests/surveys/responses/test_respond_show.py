"""What the respondent's doors show, and that showing writes nothing."""

import gzip
import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import RequestFactory
from django.utils import timezone

from events.models import DomainEvent
from surveys.actions.collectors import create_collector
from surveys.models import Invitation, Response, Score, Survey
from surveys.queries.doors import collector_url
from surveys.views import respond
from tests.factories.accounts import PlaceFactory
from tests.factories.contacts import reachable
from tests.surveys.responses.browser import chosen, opened, post_json, sheet
from tests.surveys.responses.conftest import invite, make_survey

FORM = "application/x-www-form-urlencoded"


def test_a_personal_link_shows_the_survey_in_the_contacts_language(client, survey):
    response, page = opened(client, f"/r/{invite(survey, language='fr').token}")

    assert '<html lang="fr">' in response.text
    assert "Recommanderiez-vous" in response.text
    assert UUID(page["submission_id"]).version == 7
    assert page["version"] == str(survey.current_version_id)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.cookies == {}


def test_a_personal_page_names_nobody(client, organisation, survey):
    """AB-22: whoever the link was forwarded to learns neither a name nor an address."""
    contact = reachable(organisation, 1)
    contact.name = "Léa Petit"
    contact.save()
    known = [contact.name, *contact.identities.values_list("value", flat=True)]
    url = f"/r/{invite(survey, contact=contact).token}"
    page, fields = opened(client, url)
    posted = client.post(url, sheet(fields, q1="3"))

    texts = [page.text, posted.text, client.get(url).text]

    assert len(known) == 3
    assert [text for text in texts for value in known if value in text] == []


def test_a_compressed_page_is_small_and_the_same(client, door):
    plain = client.get(f"/r/{door.token}")
    packed = client.get(f"/r/{door.token}", headers={"accept-encoding": "gzip"})

    html = gzip.decompress(packed.content).decode()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) <= 8_000
    assert packed.headers["Content-Length"] == str(len(packed.content))
    assert re.sub(r"[0-9a-f-]{36}", "", html) == re.sub(r"[0-9a-f-]{36}", "", plain.text)


def test_style_and_script_are_allowed_by_their_hash_alone(client, door):
    import base64
    import hashlib

    response = client.get(f"/r/{door.token}")

    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", response.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.findall(r'(?:src|href)="(?!#|\?|data:,|mailto:)[^"]*"', response.text) == []


def test_a_personal_link_needs_one_query(client, door, django_assert_num_queries):
    client.get(f"/r/{door.token}")

    with django_assert_num_queries(1):
        client.get(f"/r/{door.token}")


def test_a_public_link_needs_no_query(client, collector, django_assert_num_queries):
    client.get(f"/s/{collector.code}")

    with django_assert_num_queries(0):
        client.get(f"/s/{collector.code.lower()}")


def test_a_placement_shows_its_place(client, organisation, survey):
    place = PlaceFactory(organisation=organisation, name="Lyon Part-Dieu")
    collector = create_collector(survey=survey, kind="qr", place=place)

    response = client.get(f"/q/{collector.code}")

    assert "Lyon Part-Dieu" in response.text


@pytest.mark.parametrize("kind", ["link", "qr"])
def test_the_address_that_is_shared_or_printed_opens_the_survey(client, survey, kind):
    address = collector_url(create_collector(survey=survey, kind=kind))

    response = client.get(urlsplit(address).path)

    assert response.status_code == 200
    assert "<form" in response.text


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_PURPOSE": "preview"}],
    ids=["plain", "prefetch", "preview"],
)
def test_reading_writes_nothing(client, door, method, headers):
    """AB-18"""
    before = Invitation.objects.values().get()
    events = DomainEvent.objects.count()

    for score in ["", *(f"?score={value}" for value in range(11))]:
        response = getattr(client, method)(f"/r/{door.token}{score}", **headers)
        assert response.status_code == 200

    assert not Response.objects.exists()
    assert not Score.objects.exists()
    assert Invitation.objects.values().get() == before
    assert DomainEvent.objects.count() == events


def test_a_rating_link_only_preselects(client, door):
    response = client.get(f"/r/{door.token}?score=9")

    assert chosen(response) == ["9"]
    assert re.findall(r'data-step="(\d)"', response.text.partition("<body>")[2]) == ["0", "0"]


@pytest.mark.parametrize(
    "query",
    ["score=11", "score=-1", "score=9.5", "score=abc", "score=９", "score=1&score=9", "score=",
     "score=9&score=1", "score=09", "score=1e1", "lang=zz", "email=lea@example.org&answers.q1=3",
     "score=%00", "score=9%00", "%00=1", "score=%ED%A0%80", "lang=%00",
     "&".join(f"utm_{number}={'x' * 50}" for number in range(100)), f"ref={'x' * 5_000}"],
)  # fmt: skip
def test_anything_else_selects_nothing(client, door, query):
    response = client.get(f"/r/{door.token}?{query}")

    assert response.status_code == 200
    assert chosen(response) == []
    assert "lea@example.org" not in response.text


def test_a_score_that_the_scale_does_not_have_selects_nothing(client, organisation):
    door = invite(make_survey(organisation, "csat"))

    assert chosen(client.get(f"/r/{door.token}?score=9")) == []
    assert chosen(client.get(f"/r/{door.token}?score=4")) == ["4"]


@pytest.mark.parametrize(
    "token",
    ["unknown", "A" * 22, "A" * 10_000, "..%2f..%2fetc", "é漢字", "../x", "a b", "%25", "/", "x/"],
)
def test_an_unknown_link_is_a_404_in_both_languages(client, survey, token):
    response = client.get(f"/r/{token}")

    assert response.status_code == 404
    assert "This link is not valid" in response.text
    assert "Lien non valide" in response.text


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: f"{token}A",
                                    lambda token: token.swapcase(), lambda token: token[::-1]],
                         ids=["truncated", "longer", "other case", "altered"])  # fmt: skip
def test_a_token_that_is_nearly_right_opens_nothing(client, door, change):
    """AB-23"""
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    path = f"/r/{change(door.token)}"

    assert client.get(f"/r/{door.token}").status_code == 200
    assert client.get(path).status_code == 404
    assert post_json(client, path, body).status_code == 404
    assert not Response.objects.exists()


@pytest.mark.parametrize("token", ["a\x00b", "\x00", "\ud800"])
def test_hostile_characters_in_a_token_are_a_404(survey, token):
    request = RequestFactory().get("/r/x")

    assert respond.response_open(request, token=token).status_code == 404
    assert respond.collector_open(request, code=token).status_code == 404


def test_unknown_links_look_the_same(client, survey):
    """AB-23: nothing tells one unknown link from another."""
    paths = ("/r/" + "A" * 22, "/r/short", "/s/NOSUCH", "/q/NOSUCH", "/k/NOSUCH")
    for headers in ({}, {"accept": "application/json"}):
        answers = [client.get(path, headers=headers) for path in paths]

        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_tokens_cannot_be_guessed(survey):
    """AB-23: 128 bits for a person's link; printed codes in no order, of eight of 32 letters."""
    tokens = {invite(survey).token for _ in range(20)}
    codes = sorted(create_collector(survey=survey, kind="qr").code for _ in range(20))

    assert {len(b64decode(f"{token}==", altchars="-_")) for token in tokens} == {16}
    assert len(tokens) == len(set(codes)) == 20
    assert {len(code) for code in codes} == {8}
    assert len({code[:2] for code in codes}) > 10


@pytest.mark.parametrize(
    ("accepted", "first", "second"),
    [
        ("fr-CA,en;q=0.5", "Lien non valide", "This link is not valid"),
        ("en", "This link is not valid", "Lien non valide"),
    ],
)
def test_an_unknown_link_speaks_the_browsers_language_first(
    client, survey, accepted, first, second
):
    html = client.get("/r/unknown", headers={"Accept-Language": accepted}).text

    assert f'<html lang="{accepted[:2]}"' in html
    assert html.index(f"<h1>{first}") < html.index(f"<h2>{second}")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This survey is paused for now"), ("fr", "Cette enquête est suspendue pour le moment")],
)
def test_a_paused_survey_says_that_it_will_come_back(
    client, survey, door, collector, language, words
):
    Survey.objects.update(state="paused")

    for url in (f"/r/{door.token}?lang={language}", f"/s/{collector.code}?lang={language}"):
        response = client.get(url)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
        assert words in response.text


def test_an_answer_to_a_paused_survey_is_told_so(client, survey, door):
    Survey.objects.update(state="paused", closed_at=timezone.now() - timedelta(days=2))
    answers = {"submission_id": str(uuid4()), "answers": {"q1": 3}}

    response = post_json(client, f"/r/{door.token}", answers)

    assert (response.status_code, response.json()["code"]) == (503, "paused")


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_a_closed_survey_is_a_410(client, survey, door, collector, state):
    Survey.objects.update(state=state)

    for url in (f"/r/{door.token}", f"/s/{collector.code}"):
        response = client.get(url)
        assert response.status_code == 410
        assert "This survey has closed" in response.text


def test_an_expired_link_is_a_410(client, survey):
    response = client.get(f"/r/{invite(survey, days=-1).token}")

    assert response.status_code == 410
    assert "This link has expired" in response.text


@pytest.mark.parametrize(("is_suspended", "contacts"), [(False, 1), (True, 0)])
def test_a_shut_door_shows_a_name_and_whom_to_ask(
    client, organisation, survey, is_suspended, contacts
):
    """reliability 4.1: nothing else of the organisation; R8: with contact."""
    place = PlaceFactory(organisation=organisation, name="Lyon Part-Dieu")
    collector = create_collector(survey=survey, kind="qr", place=place)
    organisation.contact_email, organisation.is_suspended = "hello@shop.example", is_suspended
    organisation.save()
    Survey.objects.update(state="closed")

    html = client.get(f"/q/{collector.code}").text

    assert organisation.name in html
    assert html.count("mailto:hello@shop.example") == contacts
    assert "Lyon Part-Dieu" not in html
    assert survey.name not in html
    assert "Recommend" not in html


def test_a_closed_door_of_an_open_survey_is_a_410(client, collector):
    collector.is_open = False
    collector.save()

    assert client.get(f"/s/{collector.code}").status_code == 410


def test_a_suspended_organisation_is_a_410(client, organisation, door):
    organisation.is_suspended = True
    organisation.save()

    assert client.get(f"/r/{door.token}").status_code == 410


@pytest.mark.parametrize("method", ["put", "delete", "trace", "options", "patch"])
def test_other_methods_are_a_405(client, door, method):
    response = getattr(client, method)(f"/r/{door.token}")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("header", "language"),
    [("fr-CA,fr;q=0.9", "fr"), ("de, en;q=0.5", "en"), ("<x>;;q=", "en"), ("x" * 8000, "en")],
)
def test_a_public_link_speaks_the_browsers_language(client, collector, header, language):
    response = client.get(f"/s/{collector.code}", headers={"accept-language": header})

    assert f'<html lang="{language}">' in response.text


def test_the_address_may_choose_the_language(client, door):
    assert '<html lang="fr">' in client.get(f"/r/{door.token}?lang=fr").text


# --- POST ---------------------------------------------------------------------------------
