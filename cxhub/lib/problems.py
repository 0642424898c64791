"""Errors of the API as problem+json (RFC 9457), with a stable code."""

import json
import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cxhub.lib.languages import supported
from cxhub.lib.references import reference

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
LONGEST_HEADER = 500

TITLES = {
    400: gettext_lazy("Bad request"),
    401: gettext_lazy("Not signed in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not allowed"),
    406: gettext_lazy("No such representation"),
    409: gettext_lazy("Conflict"),
    410: gettext_lazy("Gone"),
    412: gettext_lazy("Changed meanwhile"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Media type not supported"),
    422: gettext_lazy("Cannot be done"),
    429: gettext_lazy("Too many requests"),
    503: gettext_lazy("Busy"),
}
DETAILS = {
    "not_found": gettext_lazy("Nothing was found at this address."),
    "forbidden": gettext_lazy("This key may not do that."),
    "bad_request": gettext_lazy("The request could not be understood."),
    "invalid_characters": gettext_lazy("Remove NUL and lone surrogates."),
    "too_large": gettext_lazy("Send at most 256 kB."),
    "busy": gettext_lazy("The server is busy: repeat in a second."),
    "server_error": gettext_lazy("The request could not be handled. It was noted."),
    "not_authenticated": gettext_lazy("Send an API key: Authorization: Bearer cxh_…"),
    "authentication_failed": gettext_lazy("This API key is unknown, expired or revoked."),
    "method_not_allowed": gettext_lazy("Use one of the methods that Allow lists."),
    "not_acceptable": gettext_lazy("Accept application/json."),
    "unsupported_media_type": gettext_lazy("Send application/json."),
}
CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 413: "too_large"}


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
    """DRF's exception handler: every refusal in one shape, in the client's language."""
    request = context["request"]
    with translation.override(language_of(request)):
        problem = as_problem(error)
        if problem is None:
            return None
        # Also where the view itself gives YAML or a page.
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type
        return problem_response(problem)


def problem_response(problem: Problem) -> Response:
    """The answer that tells a client what was wrong."""
    body = problem_body(problem.status_code, problem.code, str(problem.detail), problem.errors)
    headers = {"Content-Language": translation.get_language(), **problem.headers}
    return Response(body, status=problem.status_code, headers=headers, content_type=PROBLEM)


def problem_body(
    status: int, code: str, detail: str, errors: list[dict[str, str]]
) -> dict[str, Any]:
    """The members of a problem; a 404 has no request id, so that all are the same bytes."""
    return {
        "type": "about:blank",
        "title": str(TITLES.get(status, _("Error"))),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors,
        "request_id": None if status == 404 else reference(),
    }


def reshaped(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error that was made outside the API's views, in the API's shape."""
    code = CODES.get(response.status_code, "server_error")
    refill(request, response, code)
    return response


def plain_problem(request: HttpRequest, status: int, code: str) -> HttpResponse:
    """A problem before any view is known."""
    response = HttpResponse(status=status)
    refill(request, response, code)
    return response


def refill(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Put a problem into a response."""
    with translation.override(language_of(request)):
        body = problem_body(response.status_code, code, str(DETAILS[code]), [])
        response.headers["Content-Language"] = translation.get_language()
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response.content = text.encode()
    response.headers["Content-Type"] = PROBLEM
    response.headers["Content-Length"] = str(len(response.content))


def language_of(request: HttpRequest | Request) -> str:
    """What Accept-Language asks for; else the language of the key's organisation."""
    header = request.headers.get("Accept-Language", "")[:LONGEST_HEADER].lower()
    for code, _quality in parse_accept_lang_header(header):
        if found := supported(code):
            return found
    # Asking for `auth` itself would authenticate, which is what may just have failed.
    key = getattr(request, "_auth", None)
    organisation = getattr(key, "organisation", None)
    return supported(getattr(organisation, "language", "")) or settings.LANGUAGE_CODE


def as_problem(error: Exception) -> Problem | None:
    """The problem that an exception stands for; None when it is a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.get_full_details(), ""))
        detail = _("Correct the fields listed in errors.")
        return Problem(400, errors[0]["code"] if errors else "invalid", detail, errors=errors)
    if isinstance(error, Http404 | exceptions.NotFound):
        return _known(404, "not_found")
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return _from_django(error)


def _known(status: int, code: str, **headers: str) -> Problem:
    return Problem(status, code, str(DETAILS[code]), headers=headers)


def _from_django(error: Exception) -> Problem | None:
    if isinstance(error, PermissionDenied):
        return _known(403, "forbidden")
    if isinstance(error, RequestDataTooBig):
        return _known(413, "too_large")
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return _known(400, "bad_request")
    if isinstance(error, OperationalError):
        logger.warning("api_database_busy", exc_info=error)
        return Problem(503, "busy", str(DETAILS["busy"]), headers={"Retry-After": "1"})
    return None


def _from_drf(error: exceptions.APIException) -> Problem:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    if isinstance(error, exceptions.UnsupportedMediaType | exceptions.NotAcceptable):
        code = error.default_code
    detail = str(DETAILS.get(code, error.detail))
    return Problem(error.status_code, code, detail, headers=headers)


def _flatten(details: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(details, dict) and _is_leaf(details):
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
            is_leaf = isinstance(value, dict) and _is_leaf(value)
            yield from _flatten(value, path if is_leaf else f"{path}.{position}".strip("."))


def _is_leaf(details: dict[str, Any]) -> bool:
    """Whether this is a message with its code, not fields that happen to have these names."""
    return details.keys() == {"message", "code"} and isinstance(details["code"], str)
