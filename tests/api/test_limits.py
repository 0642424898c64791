"""How often a key and an organisation may call (reliability: 300 and 1,200 a minute)."""

import pytest
from redis.exceptions import ConnectionError as RedisDown

from accounts.keys import KEY_LIMIT, ORGANISATION_LIMIT
from tests.api.conftest import client_with, key_for
from tests.api.routes import CALLS, name_of, problem, send

pytestmark = pytest.mark.usefixtures("mid_minute")
URL = "/api/v1/surveys/"
NAMES = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def use(limit, key, times):
    for _ in range(times):
        limit.wait(str(key))


def figures(response):
    return [int(response.headers[name]) for name in NAMES]


def test_an_answer_tells_how_many_calls_are_left(api):
    first, second = figures(api.get(URL)), figures(api.get(URL))

    assert (first[0], first[1] - second[1]) == (300, 1)
    assert 0 < first[2] <= 61


@pytest.mark.parametrize("call", CALLS, ids=name_of)
def test_the_301st_call_of_a_key_in_a_minute_is_refused(call, key, api):
    use(KEY_LIMIT, key[0].pk, 300)

    answer = send(api, call)

    assert problem(answer) == (429, "rate_limited")
    assert figures(answer)[:2] == [300, 0]
    assert 0 < int(answer.headers["Retry-After"]) <= 61


def test_another_key_has_its_own_limit(key, organisation):
    use(KEY_LIMIT, key[0].pk, 300)

    assert client_with(key_for(organisation)[1]).get(URL).status_code == 200


def test_the_1201st_call_of_an_organisation_is_refused(organisation, api, stranger):
    use(ORGANISATION_LIMIT, organisation.pk, 1_200)

    answer = api.get(URL)

    assert problem(answer) == (429, "rate_limited")
    assert figures(answer)[:2] == [1_200, 0]
    assert stranger.get(URL).status_code == 200


def test_without_the_cache_a_quarter_is_allowed(key, api, monkeypatch):
    def down(*arguments):
        raise RedisDown

    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.add", down)
    KEY_LIMIT.local.forget()
    use(KEY_LIMIT, key[0].pk, 74)

    answers = [api.get(URL), api.get(URL)]

    assert [answer.status_code for answer in answers] == [200, 429]


def test_the_300_are_in_the_limits():
    assert (KEY_LIMIT.most, ORGANISATION_LIMIT.most, KEY_LIMIT.seconds) == (300, 1_200, 60)
