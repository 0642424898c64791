"""Exceptions as problems."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail, ValidationError

from cxhub.lib.problems import as_problem, problem_body
from cxhub.lib.references import begin_request


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Http404(), (404, "not_found")),
        (exceptions.NotFound(), (404, "not_found")),
        (PermissionDenied(), (403, "forbidden")),
        (RequestDataTooBig(), (413, "too_large")),
        (SuspiciousOperation(), (400, "bad_request")),
        (OperationalError("canceling statement due to lock timeout"), (503, "busy")),
        (exceptions.MethodNotAllowed("PUT"), (405, "method_not_allowed")),
        (exceptions.UnsupportedMediaType("x"), (415, "unsupported_media_type")),
        (exceptions.ParseError(), (400, "parse_error")),
    ],
)
def test_a_refusal_has_status_and_code(error, expected):
    problem = as_problem(error)

    assert (problem.status_code, problem.code) == expected


def test_a_busy_database_says_when_to_repeat():
    assert as_problem(OperationalError()).headers == {"Retry-After": "1"}


@pytest.mark.parametrize("error", [ValueError(), KeyError(), IntegrityError()])
def test_a_fault_of_ours_is_no_refusal(error):
    assert as_problem(error) is None


def test_nested_errors_get_their_paths():
    wrong = ErrorDetail("Wrong", code="invalid")
    error = ValidationError({"a": [wrong], "b": [{"c": [wrong]}, {}], "d": {"0": [wrong]}})

    assert [item["path"] for item in as_problem(error).errors] == ["a", "b.0.c", "d.0"]


def test_fields_named_like_our_own_members_are_fields():
    wrong = [ErrorDetail("Wrong", code="invalid")]
    error = ValidationError({"message": wrong, "code": wrong})

    assert [item["path"] for item in as_problem(error).errors] == ["message", "code"]


def test_two_404_are_the_same():
    assert problem_body(404, "not_found", "x", []) == problem_body(404, "not_found", "x", [])

    begin_request()
    one = problem_body(400, "a", "x", [])
    begin_request()
    assert problem_body(400, "a", "x", []) != one
