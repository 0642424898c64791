"""Errors of the API as problem+json (RFC 9457), with a stable code."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

PROBLEM = "application/problem+json"


class Problem(exceptions.APIException):
    """A refusal with its status, stable code, and the fields at fault.

    `errors` holds objects with path, code and message.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.errors = errors or []
        self.headers = headers or {}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one shape."""
    problem = as_problem(error)
    if problem is None:
        return None
    return problem_response(problem)


def problem_response(problem: Problem) -> Response:
    """The answer that tells a client what was wrong."""
    body = {
        "type": "about:blank",
        "title": _title(problem.status_code),
        "status": problem.status_code,
        "code": problem.code,
        "detail": str(problem.detail),
        "errors": problem.errors,
        "request_id": uuid4().hex,
    }
    if problem.status_code == 404:
        del body["request_id"]
    return Response(body, status=problem.status_code, headers=problem.headers, content_type=PROBLEM)


def as_problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404 | exceptions.NotFound):
        return Problem(404, "not_found", _("Nothing was found at this address."))
    if isinstance(error, PermissionDenied):
        return Problem(403, "forbidden", _("This key may not do that."))
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.get_full_details(), ""))
        detail = _("Correct the fields listed in errors.")
        return Problem(400, errors[0]["code"] if errors else "invalid", detail, errors=errors)
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def _from_drf(error: exceptions.APIException) -> Problem:
    headers = {}
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    auth_header = getattr(error, "auth_header", None)
    if auth_header:
        headers["WWW-Authenticate"] = auth_header
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    return Problem(error.status_code, code, str(error.detail), headers=headers)


def _flatten(details: Any, path: str) -> Any:
    if isinstance(details, dict) and {"message", "code"} <= details.keys():
        yield {
            "path": path,
            "code": details["code"],
            "message": str(details["message"]),
        }
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _flatten(value, f"{path}.{key}".strip("."))
    else:
        for position, value in enumerate(details):
            is_leaf = isinstance(value, dict) and "code" in value
            yield from _flatten(value, path if is_leaf else f"{path}.{position}".strip("."))


def _title(status: int) -> str:
    titles = {
        400: _("Bad request"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Method not allowed"),
        409: _("Conflict"),
        410: _("Gone"),
        413: _("Too large"),
        415: _("Media type not supported"),
        422: _("Cannot be done"),
        429: _("Too many requests"),
        503: _("Busy"),
    }
    return titles.get(status, _("Error"))
