"""The decorator of every API view."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import APISettings

from accounts.access import Access, View, declare
from accounts.actions import idempotency
from accounts.keys import count_bulk, rate_headers
from accounts.models import ApiKey
from cxhub.lib.problems import Problem, language_of
from cxhub.lib.security_log import acting, row_not_found
from cxhub.lib.tenancy import tenant

logger = logging.getLogger(__name__)

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class KeyRequest(Request):
    """An API request whose key is known."""

    auth: ApiKey


class AcceptOnly(DefaultContentNegotiation):
    """Chooses by Accept alone: `?format=` is an unknown filter like any other."""

    settings = cast("Any", APISettings(cast("Any", {"URL_FORMAT_OVERRIDE": None})))


def endpoint(*methods: str, scope: str, is_guarded: bool = False) -> Callable[[View], View]:
    """An API view for keys with `<scope>:read` or, for anything but GET, `<scope>:write`.

    Runs in the transaction of the key's organisation and speaks the language that the client
    accepts, else the organisation's. POST honours Idempotency-Key; HEAD is a GET without body.
    A guarded view tells an ETag, and changes nothing when If-Match names another.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: KeyRequest, *args: Any, **kwargs: Any) -> Response:
            language = language_of(request)
            with translation.override(language):
                response = _watched(request, lambda: view(request, *args, **kwargs))
            for name, value in _headers(request, language).items():
                response.headers.setdefault(name, value)
            return response

        guarded.content_negotiation_class = AcceptOnly  # type: ignore[attr-defined]
        endpoint_view = api_view(list(methods))(cast("Any", guarded))
        endpoint_view.cls.scope = scope  # type: ignore[attr-defined]
        endpoint_view.cls.is_guarded = is_guarded  # type: ignore[attr-defined]
        return declare(_door(cast("View", endpoint_view)), Access("api", scope))

    return decorate


def carries_many(request: KeyRequest) -> None:
    """Count a call that carries many rows, of which there may be ten a minute."""
    count_bulk(request.auth)


def _answered(request: KeyRequest, view: Callable[[], HttpResponseBase]) -> Response:
    if request.method in WITH_BODY and not isinstance(request.data, dict):
        message = {"path": "", "code": "invalid_type", "message": _("Send an object here")}
        detail = _("Send a JSON object.")
        raise Problem(400, "invalid_type", detail, errors=[message])
    if request.method != "POST":
        return cast("Response", view())
    return idempotency.answer_once(
        api_key=request.auth,
        key=request.headers.get("Idempotency-Key"),
        request_bytes=_fingerprint_source(request),
        answer=lambda: cast("Response", view()),
    )


def _watched(request: KeyRequest, view: Callable[[], HttpResponseBase]) -> Response:
    """Answer in the organisation's transaction; asking for what is not there leaves a line."""
    key = request.auth
    with acting(organisation=key.organisation_id, actor=f"key:{key.pk}"):
        try:
            with tenant(key.organisation_id):
                response = _answered(request, view)
        except (Http404, Problem) as error:
            if isinstance(error, Http404) or error.status_code == HTTPStatus.NOT_FOUND:
                row_not_found(request)
            raise
        if response.status_code == HTTPStatus.NOT_FOUND:  # a POST's refusal that is remembered
            row_not_found(request)
        return response


def _headers(request: KeyRequest, language: str) -> dict[str, str]:
    """Headers of answers that were not refused: errors of one kind are alike to the byte."""
    standing = getattr(request, "standing", None)
    return {"Content-Language": language, **(rate_headers(standing) if standing else {})}


def _door(view: View) -> View:
    """HEAD reaches the view as GET; what a key may read is kept by no cache; refusals are noted."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            response = cast("Response", view(request, *args, **kwargs))
        finally:
            request.method = method
        response.headers["Cache-Control"] = "no-store"
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            _note(request, response)
        return response

    return door


def _note(request: HttpRequest, response: Response) -> None:
    """One line for a refusal, in the place of Django's, which knows no code and no reference."""
    problem = {name: response.data[name] for name in ("status", "code", "request_id")}
    logger.info("api_refused", extra={"method": request.method, "path": request.path, **problem})
    if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        response._has_been_logged = True  # type: ignore[attr-defined]


def _fingerprint_source(request: Request) -> bytes:
    return f"{request.get_full_path()}\n{request.data!r}".encode("utf-8", "surrogatepass")
