"""The short way of a plain answer says and stores what the ordinary view would have."""

import io
import re
from http.cookies import SimpleCookie
from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from cxhub.lib.ids import uuid7
from surveys.actions import responses
from surveys.actions.writer import WriterBusyError
from surveys.models import Response, Score
from surveys.views import respond, respond_quick
from tests.surveys.responses.conftest import invite
from tests.surveys.responses.quick import environ_of, sheet

# The ids of sheets and answers, and the references of refusals.
CHANGING = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-F]{4}-[0-9A-F]{4}")


def test_a_plain_answer_is_stored_and_thanked(lane, survey, door, no_ordinary_way):
    status, headers, content = lane(f"/r/{door.token}", sheet(survey))

    stored = Response.objects.get(survey=survey)
    assert status == 201
    assert headers["Response-Id"] == str(stored.pk)
    assert headers["Content-Length"] == str(len(content))
    assert b"Thank you!" in content
    assert stored.answers == {"q1": 9, "q2": "Kind & quick: 100 % 😀"}
    assert stored.invitation_id == door.invitation.pk
    assert Score.objects.get(response=stored).value == 9


def test_a_plain_answer_at_an_open_link_is_remembered(lane, survey, collector, no_ordinary_way):
    status, headers, _content = lane(f"/s/{collector.code}", sheet(survey))

    cookie = SimpleCookie(headers["Set-Cookie"])["cxhub-answer"]
    assert status == 201
    assert cookie["path"] == f"/s/{collector.code}"
    assert Response.objects.get(survey=survey).collector_id == collector.pk


def test_a_browser_that_had_begun_keeps_what_it_knows(lane, survey, door, no_ordinary_way):
    cookie = "cxhub-answer=begun"

    status, headers, _content = lane(f"/r/{door.token}", sheet(survey), HTTP_COOKIE=cookie)

    assert status == 201
    assert "Set-Cookie" not in headers


CASES = {
    "answered": {},
    "packed": {"HTTP_ACCEPT_ENCODING": "gzip, br"},
    "french": {"language": "fr"},
    "harsh": {"answers.q1": 2},
    "invalid": {"answers.q1": 11},
    "missing": {"answers.q1": None},
    "unknown question": {"answers.q99": "x"},
    "no submission": {"submission_id": None},
    "unknown version": {"version": uuid7()},
    "no version": {"version": None},
    "partial": {"partial": 1},
    "restart": {"gesture": "restart"},
    "another language": {"switch": "fr"},
    "a machine": {"js": 1},
    "a machine in the trap": {"leave_empty": 1},
    "a scanner": {"REMOTE_ADDR": "198.51.100.7", "human": 1},
    "untouched": {"chosen": 9, "answers.q2": None},
    "a wish to be contacted": {"callback": 1, "way": "ann@example.org"},
    "for a machine": {"HTTP_ACCEPT": "application/json"},
    "json": {"CONTENT_TYPE": "application/json"},
    "no type": {"CONTENT_TYPE": ""},
    "packed body": {"HTTP_CONTENT_ENCODING": "gzip"},
    "no length": {"CONTENT_LENGTH": ""},
    "a page of the year 10889": {"submission_id": "ffffffff-ffff-7fff-bfff-ffffffffffff"},
}


@pytest.mark.parametrize("case", CASES)
def test_both_ways_say_the_same(lane, survey, case, settings):
    settings.SCANNER_NETWORKS = (ip_network("198.51.100.0/24"),)
    fields = {name: value for name, value in CASES[case].items() if name == name.lower()}
    environ = {name: value for name, value in CASES[case].items() if name != name.lower()}
    quick, ordinary = invite(survey).token, invite(survey).token
    states = []

    status, headers, content = lane(f"/r/{quick}", sheet(survey, **fields), **environ)
    states.append(list(Response.objects.values_list("state", "answers", "flags")))
    Response.objects.all().delete()
    request = environ_of(f"/r/{ordinary}", sheet(survey, **fields), **environ)
    response = respond.response_open(RequestFactory().request(**request), ordinary)
    states.append(list(Response.objects.values_list("state", "answers", "flags")))

    assert status == response.status_code
    assert CHANGING.sub(b"", content) == CHANGING.sub(b"", response.content)
    for name in {*response.headers} - {"Response-Id"}:
        assert headers[name] == response.headers[name]
    assert states[0] == states[1]


def test_a_second_sheet_is_already_answered(lane, survey, door):
    lane(f"/r/{door.token}", sheet(survey))

    status, _headers, content = lane(f"/r/{door.token}", sheet(survey, **{"answers.q1": 3}))

    assert status == 200
    assert b"You have already answered" in content
    assert Response.objects.get(survey=survey).answers["q1"] == 9


def test_the_same_sheet_again_is_thanked_again(lane, survey, door):
    body = sheet(survey)
    first = lane(f"/r/{door.token}", body)

    again = lane(f"/r/{door.token}", body)

    assert (first[0], again[0]) == (201, 200)
    assert first[1]["Response-Id"] == again[1]["Response-Id"]
    assert Response.objects.count() == 1


def test_too_many_are_counted_once(lane, survey, door):
    bodies = [sheet(survey, **{"answers.q1": 11}) for _ in range(11)]

    statuses = [lane(f"/r/{door.token}", body)[0] for body in bodies]

    assert statuses == [400] * 10 + [429]


def test_a_busy_writer_gives_everything_back(lane, survey, door, monkeypatch):
    def busy(make):
        make()
        raise WriterBusyError

    monkeypatch.setattr(responses, "store_sheet", busy)

    status, headers, content = lane(f"/r/{door.token}", sheet(survey))

    assert (status, headers["Retry-After"]) == (503, "2")
    assert b"Kind &amp; quick: 100 % " in content


def test_a_body_that_is_left_can_be_read_again(survey, door):
    environ = environ_of(f"/r/{door.token}", sheet(survey, partial=1))
    sent = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(sent)

    left = respond_quick.quick_token(environ, door.token)

    assert left is None
    assert environ["wsgi.input"].read() == sent
