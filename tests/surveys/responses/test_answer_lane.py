"""The short way from the web server to survey pages answers as the long one does."""

import io

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import RequestFactory

from cxhub.lib.answer_lane import answer_lane
from surveys.actions.collectors import create_collector
from surveys.views import respond

pytestmark = pytest.mark.anew(reason="the connection does not outlive what goes wrong here")


@pytest.fixture
def call():
    """Sends one request through the application of the web process."""
    application = answer_lane(WSGIHandler(), [("Strict-Transport-Security", "max-age=1")])

    def send(method, path, body=b"", **environ):
        request = RequestFactory().generic(method, path, body, "application/x-www-form-urlencoded")
        seen = {}

        def start_response(status, headers):
            seen.update(status=status, headers=headers)

        request.environ.update({"wsgi.errors": io.StringIO(), **environ})
        content = b"".join(application(request.environ, start_response))
        return seen["status"], seen["headers"], content

    return send


def test_it_serves_the_page_with_every_header(call, door):
    status, headers, content = call("GET", f"/r/{door.token}")

    sent = dict(headers)
    assert status == "200 OK"
    assert b"<form" in content
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["X-Frame-Options"] == "DENY"
    assert sent["Strict-Transport-Security"] == "max-age=1"
    assert sent["Content-Length"] == str(len(content))
    assert sent["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in sent


def test_a_saved_answer_sets_its_cookie(call, survey, collector):
    version = survey.current_version_id
    body = f"submission_id=0193b3a0-0000-7000-8000-000000000000&version={version}&answers.q1=3"

    status, headers, _content = call("POST", f"/s/{collector.code}", f"{body}&partial=1".encode())

    assert status == "204 No Content"
    [cookie] = [value for name, value in headers if name == "Set-Cookie"]
    assert cookie.startswith("cxhub-answer=")
    assert "HttpOnly" in cookie


def test_it_serves_the_capitals_of_a_printed_code(call, survey):
    placement = create_collector(survey=survey, kind="qr")

    status, _headers, content = call("GET", f"/Q/{placement.code.upper()}")

    assert status == "200 OK"
    assert b"<form" in content


def test_a_kiosk_begins_again_and_keeps_no_cookie(call, survey):
    kiosk = create_collector(survey=survey, kind="kiosk")
    version = survey.current_version_id
    body = f"submission_id=0193b3a0-0000-7000-8000-000000000000&version={version}&answers.q1=3"

    status, headers, _content = call("POST", f"/k/{kiosk.code}", body.encode())

    sent = dict(headers)
    assert status == "201 Created"
    assert sent["Refresh"].startswith("3; url=/k/")
    assert "Set-Cookie" not in sent


def test_a_head_has_no_body(call, door):
    status, headers, content = call("HEAD", f"/r/{door.token}")

    assert (status, content) == ("200 OK", b"")
    assert int(dict(headers)["Content-Length"]) > 1000


def test_an_unknown_host_is_refused(call, door):
    """AB-15."""
    status, _headers, _content = call("GET", f"/r/{door.token}", HTTP_HOST="evil.example")

    assert status == "400 Bad Request"


@pytest.mark.parametrize("path", ["/r/a\x00b", "/r/" + "x" * 10_000, "/s/%00", "/q/../etc"])
def test_hostile_addresses_are_not_found(call, survey, path):
    environ = {"PATH_INFO": path}

    assert call("GET", "/r/x", **environ)[0] == "404 Not Found"


@pytest.mark.parametrize("query", ["score=%00", "score=9%00", "%00=9", "lang=%ED%A0%80"])
def test_hostile_queries_select_nothing_on_either_way(call, client, door, query):
    status, _headers, content = call("GET", f"/r/{door.token}?{query}")
    page = client.get(f"/r/{door.token}?{query}")

    assert (status, page.status_code) == ("200 OK", 200)
    assert b"<form" in content
    assert b" checked" not in content
    assert b" checked" not in page.content


@pytest.mark.parametrize("path", ["/r/none", "/healthz/live", "/api/v1/surveys/"])
@pytest.mark.parametrize("name", ["HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE"])
def test_a_header_above_8_kb_is_refused(call, db, path, name):
    """reliability 4.1: at 8 kB it is read, above it is a 431."""
    read, _headers, _content = call("GET", path, **{name: "x" * 8_192})
    refused, headers, _content = call("GET", path, **{name: "x" * 8_193})

    assert read[:3] in {"200", "401", "404"}
    assert refused == "431 Request Header Fields Too Large"
    assert ("X-Content-Type-Options", "nosniff") in headers


def test_everything_else_goes_through_django(call, db):
    status, headers, content = call("GET", "/healthz/live")

    assert (status, content) == ("200 OK", b"ok")
    assert "Strict-Transport-Security" not in dict(headers)


def test_a_database_that_lets_wait_is_asked_again_later(call, door, monkeypatch):
    def waits(request, visit):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(respond, "show", waits)

    status, headers, content = call("GET", f"/r/{door.token}", HTTP_ACCEPT_LANGUAGE="fr")

    assert status == "503 Service Unavailable"
    assert dict(headers)["Retry-After"] == "5"
    assert f'href="/r/{door.token}"'.encode() in content


def test_a_fault_is_told_in_the_browsers_language(call, door, monkeypatch):
    def broken(request, visit):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(respond, "show", broken)

    status, _headers, content = call("GET", f"/r/{door.token}", HTTP_ACCEPT_LANGUAGE="fr")

    assert status == "500 Internal Server Error"
    assert "Nous n" in content.decode()
