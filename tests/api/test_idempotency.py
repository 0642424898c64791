"""AB-53: a repeated POST is answered as the first was, and does nothing."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.actions import idempotency
from accounts.models import IdempotencyKey
from cxhub.lib.problems import Problem
from cxhub.lib.tenancy import tenant
from surveys.models import Survey
from tests.api.conftest import client_with, key_for
from tests.api.routes import WRITES, name_of, problem, send
from tests.api.rows import BODIES, make
from tests.factories.accounts import OrganisationFactory

URL = "/api/v1/surveys/"
NEW = {"name": "Livraison", "template": "nps", "languages": ["fr"]}
POSTS = [call for call in WRITES if call.method == "POST"]
each_post = pytest.mark.parametrize("call", POSTS, ids=name_of)


def create(client, key="k1", **change):
    return client.post(URL, {**NEW, **change}, format="json", HTTP_IDEMPOTENCY_KEY=key)


@each_post
def test_a_key_is_1_to_255_ascii_characters(call, api):
    for text in ("x" * 256, "é", "", "a\tb", "\x7f", "ключ"):
        sent = text.encode().decode("latin-1")
        answer = send(api, call, HTTP_IDEMPOTENCY_KEY=sent)
        assert problem(answer) == (400, "invalid_idempotency_key")


def test_255_characters_are_a_key(api):
    assert create(api, "x" * 255).status_code == 201


def test_a_repetition_gets_the_same_answer_and_makes_nothing(api):
    first, second = create(api), create(api)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert Survey.objects.count() == 1


@each_post
def test_every_post_remembers_its_answer(call, organisation, api):
    url = call.url(str(make(call, organisation).pk)) if call.has_id else ""
    body = json.dumps(BODIES.get(name_of(call), {}))

    first, second = (send(api, call, body, url=url, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))

    assert first.status_code < 500
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"


@each_post
def test_another_body_or_address_needs_another_key(call, api):
    send(api, call, b"{}", HTTP_IDEMPOTENCY_KEY="k")

    answers = [
        send(api, call, b'{"name": "other"}', HTTP_IDEMPOTENCY_KEY="k"),
        send(api, call, b"{}", url=f"{call.url()}?a=1", HTTP_IDEMPOTENCY_KEY="k"),
    ]

    assert [problem(answer) for answer in answers] == [(422, "idempotency_mismatch")] * 2


def test_a_refusal_is_repeated_to_the_byte(api):
    first, second = create(api, name=""), create(api, name="")

    assert problem(first) == (400, "blank")
    assert second.content == first.content  # the request_id too
    assert second.headers["Content-Type"] == "application/problem+json"
    assert problem(create(api, name="Now right")) == (422, "idempotency_mismatch")


def test_another_organisation_and_another_key_are_independent(api, stranger, organisation):
    colleague = client_with(key_for(organisation)[1])

    answers = [create(client) for client in (api, stranger, colleague)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_a_key_is_forgotten_after_48_hours(api):
    create(api)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=49))

    assert create(api, name="Other").status_code == 201
    assert Survey.objects.count() == 2


def test_without_a_key_each_request_counts(api):
    for _ in range(2):
        api.post(URL, NEW, format="json")

    assert (Survey.objects.count(), IdempotencyKey.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    "refusal", [Problem(503, "busy", "Busy."), Problem(429, "rate_limited", "Too many.")]
)
def test_a_refusal_of_the_moment_is_not_remembered(key, refusal):
    def refuse():
        raise refusal

    with pytest.raises(Problem):
        idempotency.answer_once(api_key=key[0], key="k", request_bytes=b"", answer=refuse)

    assert IdempotencyKey.objects.count() == 0


def test_what_a_refused_request_wrote_is_undone(key, organisation):
    def write_and_refuse():
        Survey.objects.create(
            organisation=organisation, name="x", template="nps", languages=["fr"], draft={}
        )
        raise Problem(409, "wrong_state", "No.")

    answer = idempotency.answer_once(
        api_key=key[0], key="k", request_bytes=b"", answer=write_and_refuse
    )

    assert answer.status_code == 409
    assert (Survey.objects.count(), IdempotencyKey.objects.count()) == (0, 1)


def rows_of(organisation):
    with tenant(organisation.pk):
        return Survey.objects.count()


@pytest.mark.slow  # two real connections
def test_while_the_first_is_running_a_repetition_waits(committed):
    organisation = OrganisationFactory()
    api_key, text = key_for(organisation)
    answers = []

    def repeat():
        answers.append(create(client_with(text)))
        connections.close_all()

    with tenant(organisation.pk):
        idempotency.answer_once(  # the lock of a first request that has not ended
            api_key=api_key,
            key="k1",
            request_bytes=b"",
            answer=lambda: _while_running(repeat),
        )

    assert problem(answers[0]) == (409, "idempotency_in_progress")
    assert answers[0].headers["Retry-After"] == "1"
    assert rows_of(organisation) == 0


def _while_running(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    raise Problem(409, "wrong_state", "No.")


@pytest.mark.slow  # eight real connections
def test_eight_at_the_same_time_make_one(committed):
    organisation = OrganisationFactory()
    text = key_for(organisation)[1]
    start = threading.Barrier(8)
    answers = []

    def post():
        start.wait()
        answers.append(create(client_with(text)))
        connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert rows_of(organisation) == 1


@pytest.mark.slow  # real transactions
def test_a_key_in_the_address_stays_revoked_although_the_request_failed(committed):
    """AB-54"""
    organisation = OrganisationFactory()
    api_key, text = key_for(organisation)

    assert problem(client_with(text).get(URL, {"key": text})) == (400, "token_in_url")

    connection.close()
    with tenant(organisation.pk):
        api_key.refresh_from_db()
    assert api_key.revoked_at is not None
