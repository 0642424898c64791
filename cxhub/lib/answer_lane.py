"""The short way from the web server to the pages that customers open.

Survey pages need no session, no sign-in, no CSRF cookie and no static file: their token is
the proof. So they are called without Django's middleware and signals, which would cost as
much as the page itself. Everything else goes the usual way.
"""

import gc
import logging
from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any, cast

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.urls import Resolver404, get_resolver, resolve

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PREFIXES = ("/r/", "/s/", "/q/")
ADDRESSES = "surveys.urls"
ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
]
REASONS = {status: f"{status} {reason}" for status, reason in responses.items()}


def answer_lane(django: WSGIHandler, extra_headers: list[tuple[str, str]]) -> Application:
    """The application of the web process: survey pages here, the rest through Django."""
    always = [*ALWAYS, *extra_headers]
    for addresses in (None, ADDRESSES):
        # Now, not in the first request: this imports every view.
        _ = get_resolver(addresses).url_patterns
    # What was loaded stays: the collector need not walk over it again and again.
    gc.collect()
    gc.freeze()

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(PREFIXES):
            return cast(Iterable[bytes], django(environ, cast(Any, start_response)))
        response = respond(environ)
        headers = [*response.headers.items(), *always]
        headers += [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        start_response(REASONS.get(response.status_code, str(response.status_code)), headers)
        return [response.content]

    return application


def respond(environ: Environ) -> HttpResponse:
    """Call the view; whatever goes wrong in it is a 500 that says what to do."""
    try:
        request = WSGIRequest(environ)
        request.get_host()
        match = resolve(request.path_info, ADDRESSES)
        return cast(HttpResponse, match.func(request, *match.args, **match.kwargs))
    except DisallowedHost:
        return HttpResponse("Bad request: unknown host", status=400, content_type="text/plain")
    except Resolver404:
        return HttpResponse(status=404)
    except Exception:
        # The boundary of a request, as Django's own handler is one.
        logger.exception("answer_failed")
        for connection in connections.all(initialized_only=True):
            connection.close_if_unusable_or_obsolete()
        return HttpResponse(
            "We could not save. Send your answer again in a few seconds.",
            status=500,
            content_type="text/plain; charset=utf-8",
        )
