"""The plain answer's short way: what most customers send, without Django's request and response.

A form with a sheet for a version that this process knows is read, judged, counted and stored by
the same functions as ever, in the thread that stores it, and the thank-you is kept as bytes.
Whatever else comes, and every outcome but a plain success, is answered by the ordinary views.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from cxhub.lib.answer_lane import Environ, Ready
from cxhub.lib.client_ip import network_of
from cxhub.lib.kept import FOR_EVER, Kept
from surveys.actions import pages, responses
from surveys.actions.writer import Sheet, WriterBusyError
from surveys.queries import openings
from surveys.views.respond_answers import Packed, accepts_gzip, packed, said
from surveys.views.respond_demand import count, is_demanded, is_near_rush
from surveys.views.respond_doors import Visit
from surveys.views.respond_reading import FORM, RefusedError, Sent, sent_in_form, url_encoded
from surveys.views.respond_take import is_near_limit, settle, submission_of, wait_of

LONGEST = 5  # digits of a body's length
CREATED = "201 Created"
THANKS_KEPT = 2_000

_thanks: Kept[Packed] = Kept(FOR_EVER, THANKS_KEPT)


def quick_token(environ: Environ, token: str) -> Ready | HttpResponse | None:
    """A POST to a personal link."""
    return _take(environ, Visit.of_token(token))


def quick_code(environ: Environ, code: str) -> Ready | HttpResponse | None:
    """A POST to an open link, by a browser that we do not remember."""
    return None if environ.get("HTTP_COOKIE") else _take(environ, Visit.of_code(code))


def _take(environ: Environ, visit: Visit) -> Ready | HttpResponse | None:
    opening = visit.opening() if visit.code else None
    if visit.code and (opening is None or is_demanded(visit.code)):
        return None
    body = _body(environ)
    if body is None:
        return None
    post = _Post(environ, visit, body, opening.collector_id if opening else None)
    try:
        stored = responses.store_sheet(post.sheet)
    except WriterBusyError:
        stored = None
    if post.wait:
        return said(WSGIRequest(environ), 429, "rate_limited", wait=post.wait)
    if post.made is None:
        environ["wsgi.input"] = BytesIO(body)  # the ordinary way reads it again
        return None
    sent, version, sheet = post.made
    outcome = responses.outcome_of(stored, sheet, version) if stored else None
    if outcome is None or outcome.kind != "created" or visit.code:
        return settle(WSGIRequest(environ), visit, sent, version, outcome)
    return _thank(environ, version, sent, outcome)


class _Made(NamedTuple):
    sent: Sent
    version: openings.Version
    sheet: Sheet


class _Post:
    """A POST, and what the writer's thread makes of it."""

    __slots__ = ("body", "collector_id", "environ", "made", "visit", "wait")

    def __init__(
        self, environ: Environ, visit: Visit, body: bytes, collector_id: str | None
    ) -> None:
        self.environ, self.visit, self.body = environ, visit, body
        self.collector_id = collector_id
        self.made: _Made | None = None
        self.wait = 0

    def sheet(self) -> Sheet | None:
        """The sheet of a plain answer, counted; whatever else came is not counted here."""
        sent = _sheet(self.body)
        version = openings.known_version(sent.version_id) if sent else None
        if sent is None or version is None:
            return None
        door, network = self.visit.door, network_of(self.environ)
        if is_near_limit(network, door) or is_near_rush(door.code):
            return None
        submission = submission_of(door, sent.seen_from(network), version)
        sheet = responses.plain_sheet(submission, version, self.collector_id)
        if sheet is None:
            return None
        self.wait = wait_of(network, door, sent)
        if self.wait:
            return None
        if door.code:
            count(self.visit)
        self.made = _Made(sent, version, sheet)
        return sheet


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
    is_whole = sent.submission_id is not None and sent.is_sheet
    return sent if is_whole and not sent.gesture else None


def _thank(
    environ: Environ, version: openings.Version, sent: Sent, outcome: responses.Outcome
) -> Ready:
    definition, answers = version.definition, outcome.answers or {}
    language = definition.language(sent.language)
    branch = definition.branch_of(answers)
    is_gzip = accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers, body = _thanks.get_or_make(
        (version.id, language, branch, is_gzip),
        lambda: _packed_thanks(version, language, answers, is_gzip=is_gzip),
    )
    return Ready(CREATED, [*headers, ("Response-Id", outcome.response_id or "")], body)


def _packed_thanks(
    version: openings.Version, language: str, answers: Mapping[str, object], *, is_gzip: bool
) -> Packed:
    look = pages.Look(version.definition.brand)
    page = pages.thanks_page(version, look, language, answers, is_personal=True)
    return packed(page, is_gzip=is_gzip)
