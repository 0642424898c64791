"""Middleware that knows no app: hostile characters, and the short way for answers."""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.urls import Resolver404, is_valid_path, resolve
from rest_framework.response import Response

from cxhub.lib import problems

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]
QuickView = Callable[..., HttpResponseBase | None]

# A letter and what opens the door: a personal link, an open one, a printed code, a kiosk.
DOORS = ("/r/", "/s/", "/q/", "/Q/", "/k/")
ANSWER_PREFIXES = (*DOORS, "/widget/")
API_PREFIX = "/api/"
QUICK_SUFFIX = "/numbers/"
HOSTILE = re.compile("[\x00\ud800-\udfff]")


def plain_input(get_response: GetResponse) -> GetResponse:
    """Answer 400 to NUL and lone surrogates in paths, queries and headers.

    PostgreSQL cannot store them; without this they would end as a server error anywhere.
    Survey pages tell such an address themselves that it is not valid. Errors of the API leave
    as problems, wherever they were made.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ANSWER_PREFIXES):
            return get_response(request)
        if request.path_info.startswith(API_PREFIX):
            return _api_answer(request, get_response)
        if is_hostile(request.path_info) or has_hostile_query(request):
            return HttpResponse("Bad request: invalid characters", status=400)
        return get_response(request)

    return middleware


def _api_answer(request: HttpRequest, get_response: GetResponse) -> HttpResponseBase:
    if is_hostile(request.path_info) or _has_hostile_header(request):
        return problems.plain_problem(request, 400, "invalid_characters")
    try:
        if has_hostile_query(request):
            return problems.plain_problem(request, 400, "invalid_characters")
    except SuspiciousOperation:  # more than a thousand parameters
        return problems.plain_problem(request, 400, "bad_request")
    if _lacks_slash(request):
        # The method and the body stay, which Django's own redirection would lose.
        address = request.get_full_path(force_append_slash=True)
        return HttpResponsePermanentRedirect(address, preserve_request=True)
    response = get_response(request)
    is_error = response.status_code >= 400
    if is_error and isinstance(response, HttpResponse) and not isinstance(response, Response):
        return problems.reshaped(request, response)
    return response


def _lacks_slash(request: HttpRequest) -> bool:
    path = request.path_info
    if path.endswith("/") or is_valid_path(path, settings.ROOT_URLCONF):
        return False
    return bool(is_valid_path(f"{path}/", settings.ROOT_URLCONF))


def _has_hostile_header(request: HttpRequest) -> bool:
    return any(is_hostile(value) for value in request.headers.values())


def has_hostile_query(request: HttpRequest) -> bool:
    """Whether a query parameter holds characters that no text column takes."""
    query = request.META.get("QUERY_STRING", "")
    if "%" not in query and query.isascii():
        return False
    return any(
        is_hostile(key) or any(is_hostile(value) for value in values)
        for key, values in request.GET.lists()
    )


def is_hostile(text: str) -> bool:
    """Whether a text holds a NUL or a lone surrogate."""
    return HOSTILE.search(text) is not None


def answer_path(get_response: GetResponse) -> GetResponse:
    """Send survey pages straight to their view.

    They use no session, no sign-in and no CSRF cookie (the token in the address is the
    proof), so the rest of the chain would only cost time.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ANSWER_PREFIXES):
            return get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        request.resolver_match = match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response

    return middleware


def has_short_way(quick: QuickView) -> Callable[[View], View]:
    """Declare the short way of a view."""

    def declare(view: View) -> View:
        view.short_way = quick  # type: ignore[attr-defined]
        return view

    return declare


def short_way(get_response: GetResponse) -> GetResponse:
    """Let a view that many open pages ask at once answer before the pages' chain.

    Such a view has a `short_way`: it proves for itself who asks, and answers only what it is
    sure of. Everything else, every refusal included, goes the ordinary way.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" or not request.path_info.endswith(QUICK_SUFFIX):
            return get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        quick = getattr(match.func, "short_way", None)
        response: HttpResponseBase | None = quick(request, **match.kwargs) if quick else None
        return response or get_response(request)

    return middleware
