"""The plain answer's short way: what most customers send, without Django's request and response.

A form with a sheet for a version that this process knows is read, limited, judged and stored by
the same functions as ever, and the thank-you is kept as bytes. Whatever else comes, and every
outcome but a plain success, is answered by the ordinary views.
"""

from io import BytesIO

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from cxhub.lib.answer_lane import Environ, Ready
from cxhub.lib.client_ip import network_of
from surveys.actions import pages, responses
from surveys.queries import openings
from surveys.views.respond_answers import accepts_gzip, packed, said
from surveys.views.respond_doors import Visit
from surveys.views.respond_reading import FORM, RefusedError, Sent, sent_in_form, url_encoded
from surveys.views.respond_take import settle, store, wait_of

LONGEST = 5  # digits of a body's length
CREATED = "201 Created"


def quick_token(environ: Environ, token: str) -> Ready | HttpResponse | None:
    """A POST to a personal link."""
    return _take(environ, Visit(token.removesuffix("/"), ""))


def quick_code(environ: Environ, code: str) -> Ready | HttpResponse | None:
    """A POST to an open link, by a browser that we do not remember."""
    return None if environ.get("HTTP_COOKIE") else _take(environ, Visit("", code.removesuffix("/")))


def _take(environ: Environ, visit: Visit) -> Ready | HttpResponse | None:
    body = _body(environ)
    if body is None:
        return None
    sent = _sheet(body)
    version = openings.known_version(sent.version_id) if sent else None
    if sent is None or version is None:
        environ["wsgi.input"] = BytesIO(body)  # the ordinary way reads it again
        return None
    door = visit.door
    if wait := wait_of(network_of(environ), door, sent):
        return said(WSGIRequest(environ), 429, "rate_limited", wait=wait)
    outcome = store(door, sent, version)
    if outcome is None or outcome.kind != "created" or door.code or environ.get("HTTP_COOKIE"):
        return settle(WSGIRequest(environ), visit, sent, version, outcome)
    return _thank(environ, version, sent, outcome)


def _body(environ: Environ) -> bytes | None:
    """The body of a plain form that asks for a page."""
    length = environ.get("CONTENT_LENGTH", "")
    if (
        environ.get("CONTENT_TYPE") != FORM
        or "HTTP_CONTENT_ENCODING" in environ
        or "json" in environ.get("HTTP_ACCEPT", "")
        or not (length.isascii() and length.isdigit() and len(length) <= LONGEST)
    ):
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _sheet(body: bytes) -> Sent | None:
    """A finished sheet with all that it needs."""
    try:
        sent = sent_in_form(url_encoded(body))
    except RefusedError:
        return None
    is_whole = sent.submission_id is not None and not sent.is_partial and sent.callback is None
    return sent if is_whole and not sent.switch_to and not sent.gesture else None


def _thank(
    environ: Environ, version: openings.Version, sent: Sent, outcome: responses.Outcome
) -> Ready:
    definition, answers = version.definition, outcome.answers or {}
    language = definition.language(sent.language)
    is_gzip = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    look = pages.Look(definition.brand)
    page = pages.thanks_page(version, look, language, answers, is_personal=True)
    headers, body = packed(page, is_gzip=is_gzip)
    return Ready(CREATED, [*headers, ("Response-Id", outcome.response_id or "")], body)
