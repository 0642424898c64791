"""How often a respondent's door may be used."""

import json
from uuid import uuid4

import pytest

from tests.surveys.responses.browser import post_json

pytestmark = pytest.mark.usefixtures("mid_minute")
FORM = "application/x-www-form-urlencoded"


def test_the_61st_answer_in_a_minute_from_one_address_is_a_429(client, collector):
    """AB-21"""
    statuses = set()
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    for _ in range(60):
        statuses.add(post_json(client, f"/s/{collector.code}", body).status_code)

    response = post_json(client, f"/s/{collector.code}", body)

    assert statuses == {201, 200}
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 0 < int(response.headers["Retry-After"]) <= 61


def test_a_personal_link_takes_ten_sheets_a_minute(client, door):
    bodies = [{"submission_id": str(uuid4()), "answers": {"q1": 3}} for _ in range(11)]
    statuses = [post_json(client, f"/r/{door.token}", body).status_code for body in bodies]

    assert statuses == [201, *[409] * 9, 429]


def test_the_same_sheet_again_takes_no_place_of_the_ten(client, door):
    """reliability 4.1: twenty times the same sheet are one 201 and nineteen 200; not for ever."""
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}
    statuses = [post_json(client, f"/r/{door.token}", body).status_code for _ in range(40)]
    without_id = [post_json(client, f"/r/{door.token}", {}).status_code for _ in range(2)]

    assert statuses == [201, *[200] * 38, 429]
    assert without_id == [429, 429]


def test_thirty_one_misses_are_a_429(client, survey):
    """AB-23"""
    statuses = [client.get(f"/r/{number}").status_code for number in range(31)]

    assert statuses == [404] * 30 + [429]


def test_without_the_cache_a_quarter_is_allowed(client, survey, settings):
    """AB-23"""
    settings.CACHES = {
        "shared": {
            "BACKEND": "cxhub.lib.patience.ImpatientCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    statuses = [client.get(f"/r/{number}").status_code for number in range(8)]

    assert statuses == [404] * 7 + [429]


def test_limits_count_by_the_network_behind_the_proxies(client, collector, settings):
    settings.TRUSTED_PROXY_HOPS = 1
    body = {"submission_id": str(uuid4()), "answers": {"q1": 3}}

    def post(address):
        return client.post(
            f"/s/{collector.code}",
            json.dumps(body),
            content_type="application/json",
            HTTP_X_FORWARDED_FOR=address,
        ).status_code

    for number in range(60):
        post(f"9.9.9.9, 2001:db8:1:2::{number:x}")

    assert post("2001:db8:1:2:ffff::1") == 429
    assert post("2001:db8:1:3::1") == 200
    assert post("8.8.8.8, 203.0.113.7") == 200
