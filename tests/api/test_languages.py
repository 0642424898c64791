"""Texts of refusals follow Accept-Language, then the organisation; codes never change."""

import pytest

from accounts.keys import KEY_LIMIT
from tests.api.conftest import client_with, key_for
from tests.api.routes import WRITES, send

URL = "/api/v1/surveys/"
POST = next(call for call in WRITES if call.route == "api/v1/surveys/")
UNKNOWN = f"{URL}0193b3a0-0000-7000-8000-000000000000/"


def refusals(api, nobody, reader, key, language):
    """One refusal of each kind, in a language."""
    asks = {"HTTP_ACCEPT_LANGUAGE": language} if language else {}
    answers = [
        nobody.get(URL, **asks),
        nobody.get(URL, HTTP_AUTHORIZATION="Bearer x", **asks),
        api.get(UNKNOWN, **asks),
        api.get("/api/v1/nothing/", **asks),
        api.get(f"{URL}?a=%00", **asks),
        api.get(f"{URL}?colour=1", **asks),
        api.get(f"{URL}?limit=0", **asks),
        api.get(f"{URL}?cursor=0", **asks),
        api.delete(URL, **asks),
        api.get(URL, HTTP_ACCEPT="text/xml", **asks),
        reader.post(URL, {}, format="json", **asks),
        send(api, POST, b"{", **asks),
        send(api, POST, b'{"name": 1e999}', **asks),
        send(api, POST, b"[" * 21 + b"]" * 21, **asks),
        send(api, POST, b"[" + b"1," * 2_001 + b"1]", **asks),
        send(api, POST, b'{"name": "%s"}' % (b"x" * 20_001), **asks),
        send(api, POST, b'{"name": "%s"}' % (b"x" * 300_000), **asks),
        send(api, POST, b'{"name": "\\u0000"}', **asks),
        send(api, POST, b"[]", **asks),
        send(api, POST, b"{}", **asks),
        send(api, POST, b'{"name": 1}', **asks),
        send(api, POST, b"x", content_type="text/plain", **asks),
        send(api, POST, HTTP_IDEMPOTENCY_KEY="x" * 256, **asks),
        send(api, POST, b"{}", HTTP_IDEMPOTENCY_KEY=f"k-{language}", **asks),
        send(api, POST, b'{"a": 1}', HTTP_IDEMPOTENCY_KEY=f"k-{language}", **asks),
    ]
    for _ in range(300):
        KEY_LIMIT.wait(str(key[0].pk))
    answers += [api.get(URL, **asks), nobody.get(URL, {"k": key[1]}, **asks)]
    return answers


@pytest.fixture
def reader(organisation):
    return client_with(key_for(organisation, ["surveys:read"])[1])


def texts(answers):
    bodies = [answer.json() for answer in answers]
    return [
        {body["title"], body["detail"], *(error["message"] for error in body["errors"])}
        for body in bodies
    ]


def test_every_refusal_speaks_french_and_keeps_its_code(organisation, nobody, reader):
    keys = [key_for(organisation) for _ in range(2)]
    both = [
        refusals(client_with(key[1]), nobody, reader, key, language)
        for key, language in zip(keys, ("en", "fr-CA,fr;q=0.9,en;q=0.1"), strict=True)
    ]

    english, french = both
    assert [answer.json()["code"] for answer in english] == [
        answer.json()["code"] for answer in french
    ]
    assert [one & other for one, other in zip(*map(texts, both), strict=True)] == [set()] * len(
        english
    )
    assert {answer.headers["Content-Language"] for answer in english} == {"en"}
    assert {answer.headers["Content-Language"] for answer in french} == {"fr"}


@pytest.mark.parametrize("accept", ["", "de", "*", "garbage;;;q=x", "x" * 8_000])
def test_whoever_asks_for_nothing_we_speak_gets_the_language_of_the_organisation(
    accept, organisation, api
):
    organisation.language = "fr"
    organisation.save()

    answers = [
        api.get(UNKNOWN, HTTP_ACCEPT_LANGUAGE=accept),
        api.post(URL, {}, format="json", HTTP_ACCEPT_LANGUAGE=accept),
    ]

    assert {answer.headers["Content-Language"] for answer in answers} == {"fr"}
    assert answers[0].json()["title"] == "Introuvable"


def test_a_cookie_chooses_no_language(api):
    api.cookies["cxhub-language"] = "fr"

    assert api.get(UNKNOWN).json()["title"] == "Not found"
