"""The short way from the web server to the pages that customers open.

Survey pages need no session, no sign-in, no CSRF cookie and no static file: their token is
the proof. So they are called without Django's middleware, signals and resolver, which would
cost as much as the page itself. Everything else goes the usual way.
"""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from http.client import responses
from typing import Any, NamedTuple, TypeVar, cast

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver
from django.utils import translation

from cxhub.lib.languages import from_accept_header
from cxhub.lib.middleware import DOORS

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
View = Callable[[WSGIRequest, str], HttpResponse]
AnyView = TypeVar("AnyView", bound=Callable[..., object])


class Ready(NamedTuple):
    """An answer as the web server takes it."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


# Answers a plain POST by itself; None leaves it to the view.
QuickPost = Callable[[Environ, str], Ready | HttpResponse | None]

LENGTH = len(DOORS[0])
LONGEST_HEADER = 8_192
# What is read of every request; other headers nobody looks at.
READ_HEADERS = ("HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_ACCEPT")
ADDRESSES = "surveys.urls"
MOST_HOSTS = 100
ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
]
REASONS = {status: f"{status} {reason}" for status, reason in responses.items()}


def _has_long_header(environ: Environ) -> bool:
    return any(name in environ and len(environ[name]) > LONGEST_HEADER for name in READ_HEADERS)


def has_quick_post(quick: QuickPost) -> Callable[[AnyView], AnyView]:
    """Declare how a view's plain POST is answered without Django's request and response."""

    def declare(view: AnyView) -> AnyView:
        view.quick_post = quick  # type: ignore[attr-defined]
        return view

    return declare


class Lane:
    """The views behind the prefixes, and the hosts that were found to be ours."""

    def __init__(self) -> None:
        self.views = dict(_views())
        self.quick_posts = {prefix: _quick_post(view) for prefix, view in self.views.items()}
        self.hosts: set[str] = set()
        self.server_error = get_resolver(None).resolve_error_handler(500)

    def respond(self, environ: Environ, path: str) -> Ready | HttpResponse:
        """Call the view; whatever goes wrong in it is a 500 that says what to do."""
        request = None
        try:
            if environ["REQUEST_METHOD"] == "POST" and environ.get("HTTP_HOST") in self.hosts:
                answer = self.quick_posts[path[:LENGTH]](environ, path[LENGTH:])
                if answer is not None:
                    return answer
            request = WSGIRequest(environ)
            self._check_host(request)
            return self.views[path[:LENGTH]](request, path[LENGTH:])
        except DisallowedHost:
            return HttpResponse("Bad request: unknown host", status=400, content_type="text/plain")
        except Exception:
            # The boundary of a request, as Django's own handler is one.
            logger.exception("answer_failed")
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
            with translation.override(from_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""))):
                return self.server_error(request or WSGIRequest(environ))

    def _check_host(self, request: WSGIRequest) -> None:
        named = str(request.META.get("HTTP_HOST", ""))
        if named and named in self.hosts:
            return
        request.get_host()
        if len(self.hosts) < MOST_HOSTS:
            self.hosts.add(named)


def _views() -> Iterator[tuple[str, View]]:
    """The view of each prefix: its address is the prefix and one free text."""
    for pattern in get_resolver(ADDRESSES).url_patterns:
        prefix = f"/{str(pattern.pattern)[: LENGTH - 1]}"
        if isinstance(pattern, URLPattern) and prefix in DOORS:
            yield prefix, cast(View, pattern.callback)


def _quick_post(view: View) -> QuickPost:
    found: QuickPost = getattr(view, "quick_post", _leave_it)
    return found


def _leave_it(_environ: Environ, _rest: str) -> None:
    """A view without a quick way."""


def answer_lane(django: WSGIHandler, extra_headers: list[tuple[str, str]]) -> Application:
    """The application of the web process: survey pages here, the rest through Django."""
    always = [*ALWAYS, *extra_headers]
    # Now, not in the first request: this imports every view.
    _ = get_resolver(None).url_patterns
    lane = Lane()
    # What was loaded stays: the collector need not walk over it again and again.
    gc.collect()
    gc.freeze()

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if _has_long_header(environ):
            start_response(REASONS[431], [("Content-Type", "text/plain"), *always])
            return [b"Request header field too large"]
        if not path.startswith(DOORS):
            return cast(Iterable[bytes], django(environ, cast(Any, start_response)))
        response = lane.respond(environ, path)
        if isinstance(response, Ready):
            start_response(response.status, response.headers + always)
            return [response.body]
        headers = [*response.headers._store.values(), *always]
        if response.cookies:
            headers += [
                ("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()
            ]
        start_response(REASONS.get(response.status_code, str(response.status_code)), headers)
        return [response.content]

    return application
