"""Middleware that knows no app: hostile characters, and the short way for answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ANSWER_PREFIXES = ("/r/", "/s/", "/q/")
TEXT_BODIES = ("application/x-www-form-urlencoded", "multipart/form-data")


def plain_input(get_response: GetResponse) -> GetResponse:
    """Answer 400 to NUL and lone surrogates in paths, queries and form fields.

    PostgreSQL cannot store them; without this they would end as a server error anywhere.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_hostile(request.path_info) or has_hostile_query(request):
            return HttpResponse("Bad request: invalid characters", status=400)
        return get_response(request)

    return middleware


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
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


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
