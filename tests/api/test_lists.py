"""Filters and pages: what is unknown or malformed is refused, what is too much is clamped."""

from urllib.parse import urlsplit

import pytest

from tests.api.routes import LISTS, name_of, problem
from tests.api.rows import make

UNPAGED = {"api/v1/metrics/"}
each_list = pytest.mark.parametrize("call", LISTS, ids=name_of)
each_page = pytest.mark.parametrize(
    "call", [call for call in LISTS if call.route not in UNPAGED], ids=name_of
)


def relative(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@each_list
def test_unknown_filters_are_refused(call, api):
    """AB-52"""
    for name in ("colour", "ordering", "organisation", "format", "page", "fields"):
        answer = api.get(f"{call.url()}?{name}=json")

        assert problem(answer)[0] == 400
        at_fault = {(error["path"], error["code"]) for error in answer.json()["errors"]}
        assert (name, "unknown_field") in at_fault


@each_page
def test_a_limit_is_a_number_from_one(call, api):
    limits = ["0", "-1", "1e9", "all", "", " 5", "5.0", "٣", "0x10", "null", "+5"]
    answers = {limit: problem(api.get(call.url(), {"limit": limit})) for limit in limits}

    assert answers == dict.fromkeys(limits, (400, "invalid_limit"))


@each_page
def test_a_limit_above_200_is_200(call, api):
    limits = ["1", "200", "1000000000", "9" * 400]

    assert {api.get(call.url(), {"limit": limit}).status_code for limit in limits} == {200}


@each_page
def test_a_forged_cursor_is_refused(call, api):
    cursors = ["", "0", "abc", "a:b:c", "é", "x" * 5_000]
    answers = {cursor: problem(api.get(call.url(), {"cursor": cursor})) for cursor in cursors}

    assert answers == dict.fromkeys(cursors, (400, "invalid_cursor"))


@each_page
def test_pages_join_without_gap_or_repetition(call, organisation, api):
    rows = {str(make(call, organisation).pk) for _ in range(5)}
    url, seen = f"{call.url()}?limit=2", []

    while url:
        page = api.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = relative(page["next"]) if page["next"] else ""

    assert len(seen) == len(set(seen))
    assert rows <= set(seen)


@each_page
def test_a_cursor_works_for_its_own_list_only(
    call, organisation, other_organisation, api, stranger
):
    for _ in range(2):
        make(call, organisation)
    following = relative(api.get(f"{call.url()}?limit=1").json()["next"])
    other = next(one for one in LISTS if one.route not in {call.route, *UNPAGED})

    answers = [
        stranger.get(following),
        api.get(following.replace(call.url(), other.url())),
        api.get(following[:-1] + ("A" if following[-1] != "A" else "B")),
    ]

    assert [problem(answer) for answer in answers] == [(400, "invalid_cursor")] * 3
    assert api.get(following).status_code == 200
