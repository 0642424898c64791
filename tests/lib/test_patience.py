"""A broker that takes connections and says nothing: nobody waits for it twice."""

import socket
import time
from contextlib import closing

import pytest
import redis
from django.conf import settings as ours
from django.core.cache import caches

from accounts.tasks import forget_repetitions
from cxhub.lib import jobs, patience
from cxhub.lib.limits import SharedLimit
from cxhub.lib.silence import BROKER, PAUSE, Rates
from cxhub.settings import ACCOUNT_RATE_LIMITS
from cxhub.settings import CACHES as REAL_CACHES
from tests.api.conftest import client_with, key_for
from tests.conftest import client_of

AT_ONCE = 0.2
SOON = 2.0
SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh():
    BROKER.forget()
    yield
    BROKER.forget()


@pytest.fixture
def silent():
    """The address of a server that never answers (as one that was stopped does)."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=100)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture(params=["silent", "gone"])
def without(request, settings, silent):
    """The product's own settings, with a broker that was stopped or is gone."""
    address = silent if request.param == "silent" else "redis://127.0.0.1:1/0"
    settings.REDIS_URL = address
    settings.CACHES = {name: {**cache, "LOCATION": address} for name, cache in REAL_CACHES.items()}
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    caches["default"].own.clear()
    return address


def timed(call):
    start = time.monotonic()
    try:
        answer = call()
    except redis.RedisError as error:
        answer = type(error)
    return answer, time.monotonic() - start


def test_a_silent_broker_is_asked_once(without):
    cache = caches["shared"]

    first, waited = timed(lambda: cache.get("a"))
    answers = [timed(lambda: cache.add("a", 1)) for _ in range(20)]

    assert issubclass(first, redis.RedisError)
    assert waited < SOON
    assert {answer for answer, _waited in answers} == {redis.ConnectionError}
    assert sum(waited for _answer, waited in answers) < AT_ONCE


def test_it_is_asked_again_after_a_moment(without, monkeypatch):
    timed(lambda: caches["shared"].get("a"))
    monkeypatch.setattr(BROKER, "_until", time.monotonic() - 0.001)

    timed(lambda: caches["shared"].get("a"))

    assert BROKER.is_silent
    assert BROKER._until > time.monotonic() + PAUSE - 1


def test_libraries_have_the_processes_own_meanwhile(without):
    cache = caches["default"]

    cache.set("a", [1], 60)

    assert (cache.get("a"), cache.get("b", "none")) == ([1], "none")
    assert (cache.add("a", 2), cache.add("lock", 1, 60)) == (False, True)
    cache.delete("lock")
    assert cache.add("lock", 1, 60)


def test_with_the_broker_both_are_one(settings):
    settings.CACHES = REAL_CACHES

    caches["default"].set("patience", 5, 10)

    assert caches["shared"].get("patience") == 5
    assert not BROKER.is_silent


def test_a_limit_counts_a_quarter_in_the_process(without):
    limit = SharedLimit("patience", 40, 60)

    passed, waited = timed(lambda: [limit.wait("key") for _ in range(12)])

    assert [bool(seconds) for seconds in passed] == [False] * 10 + [True] * 2
    assert waited < SOON


def test_rates_are_a_quarter_while_it_is_silent():
    rates = Rates({"reset": "10/h/ip,3/h/key"})

    assert dict(rates) == {"reset": "10/h/ip,3/h/key"}
    BROKER.fell_silent()
    assert dict(rates) == {"reset": "2/h/ip,1/h/key"}


def test_a_bell_that_nobody_hears_is_not_waited_for(without, settings, caplog):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    path = "accounts.tasks.forget_repetitions"

    _nothing, waited = timed(
        lambda: [jobs._send(path, forget_repetitions, {}, None) for _ in range(20)]
    )

    assert waited < SOON
    assert [record.message for record in caplog.records].count("broker_unreachable") == 20


def test_a_broker_that_answers_is_trusted_for_a_moment():
    assert patience.broker_answers()
    assert BROKER.answered_within(patience.TRUSTED_FOR)
    assert ours.REDIS_URL.startswith("redis://")


def sign_in(client, password):
    return client.post(SIGN_IN, {"login": "alice@example.org", "password": password})


@pytest.fixture
def known(alice):
    alice.user.set_password("a long pass phrase")
    alice.user.save()
    return alice


def test_signing_in_works_without_the_broker(without, known, client):
    answer, waited = timed(lambda: sign_in(client, "a long pass phrase"))

    assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
    assert waited < SOON


def test_guessing_passwords_is_limited_without_the_broker(without, known, client):
    """A quarter of ten: the third wrong password waits, the right one then too."""
    BROKER.fell_silent()
    pages = [sign_in(client, f"wrong {number}") for number in range(3)]
    right = sign_in(client, "a long pass phrase")

    assert [page.status_code for page in [*pages, right]] == [200] * 4
    told = ["Too many tries" in page.text for page in [*pages, right]]
    assert told == [False, False, True, True]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts/password/reset/", {"email": "alice@example.org"}),
        (
            "/accounts/signup/",
            {"email": "new@example.org", "password1": "a long pass phrase", "organisation": "New"},
        ),
    ],
)
def test_the_entrance_answers_without_the_broker(without, known, client, path, body):
    answers = [timed(lambda: client.post(path, body)) for _ in range(4)]

    assert max(waited for _answer, waited in answers) < SOON
    assert {answer.status_code for answer, _waited in answers} <= {200, 302, 429}
    assert answers[-1][0].status_code == 429


@pytest.mark.parametrize("page", ["", "surveys/", "contacts/", "inbox/", "journeys/", "sends/"])
def test_pages_answer_without_the_broker(without, alice, organisation, page):
    client = client_of(alice)

    answer, waited = timed(lambda: client.get(f"/o/{organisation.slug}/{page}", follow=True))

    assert answer.status_code in {200, 404}
    assert waited < SOON


def test_the_api_answers_without_the_broker(without, organisation):
    api = client_with(key_for(organisation)[1])
    body = {"name": "Livraison", "template": "nps", "languages": ["fr"]}

    made, waited = timed(lambda: api.post("/api/v1/surveys/", body, format="json"))
    published, again = timed(
        lambda: api.post(f"/api/v1/surveys/{made.json()['id']}/publish/", {}, format="json")
    )

    assert (made.status_code, published.status_code) == (201, 200)
    assert waited + again < SOON
