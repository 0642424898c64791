"""Hostile characters stop before any view."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cxhub.lib.middleware import is_hostile, plain_input


def answered(path, response=None, **options):
    request = RequestFactory().get(path, **options)
    return plain_input(lambda _request: response or HttpResponse("through"))(request)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfff"])
def test_nul_and_surrogates_are_hostile(text):
    assert is_hostile(text)


@pytest.mark.parametrize("text", ["", "é", "\U0001f600", "\x01\x1f", "\ue000", "\ufffd"])
def test_other_characters_are_not(text):
    assert not is_hostile(text)


@pytest.mark.parametrize("path", ["/o/x%00/", "/o/x/?a=%00", "/o/x/?%00", "/api/v1/x%00/"])
def test_they_do_not_pass(path):
    assert answered(path).status_code == 400


@pytest.mark.parametrize("path", ["/o/x/?a=%C3%A9", "/o/x/?a=%ED%A0%80", "/r/a%00", "/s/a?b=%00"])
def test_the_rest_passes(path):
    """Survey pages answer such addresses themselves: they are unknown."""
    assert answered(path).content == b"through"


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502])
def test_errors_of_the_api_leave_as_problems(status):
    answer = answered("/api/v1/x/", HttpResponse("<html>", status=status))

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_errors_of_pages_stay():
    assert answered("/o/x/", HttpResponse("<html>", status=404)).content == b"<html>"
