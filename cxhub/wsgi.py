"""The web process: pages and API, with a short way to the pages that customers open."""

import os
from collections.abc import Iterable

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from cxhub.lib.answer_lane import Environ, StartResponse, answer_lane
from cxhub.lib.references import begin_request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxhub.settings")


def _transport_security() -> list[tuple[str, str]]:
    """What Django's SecurityMiddleware says of HTTPS on every other page."""
    seconds = settings.SECURE_HSTS_SECONDS
    if not seconds:
        return []
    scope = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    return [("Strict-Transport-Security", f"max-age={seconds}{scope}")]


_django: WSGIHandler = get_wsgi_application()
_lane = answer_lane(_django, _transport_security())


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The application of the web process."""
    begin_request()
    return _lane(environ, start_response)
