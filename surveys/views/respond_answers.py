"""Answers of the respondent's doors: bytes with the right headers, or a problem for machines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import ResponseHeaders
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxhub.lib.ids import uuid7_text
from cxhub.lib.languages import SUPPORTED, from_accept_header
from cxhub.lib.proofs import challenge
from cxhub.lib.references import reference
from surveys.actions import pages
from surveys.definition import ProblemAt

ALLOWED = "GET, HEAD, POST"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Encoding",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
NOBODY = pages.Look("CXHub")
DAY = "j F Y"
PROBLEM = "application/problem+json"

Packed = tuple[list[tuple[str, str]], bytes]


def page_response(
    request: HttpRequest,
    page: pages.Page,
    *,
    status: int = 200,
    submission_id: str | None = None,
    code: str = "",
) -> HttpResponse:
    """A page as this browser takes it: compressed or not, without a body for HEAD.

    A page that demands a proof carries a challenge for the sheet of the door with this code.
    """
    slot = submission_id or uuid7_text() if page.has_slot else ""
    if page.is_guarded:
        slot = pages.GUARDED_SLOT.format(slot, challenge(code, slot))
    is_gzip = accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    content = page.body.gzipped(slot.encode()) if is_gzip else page.body.plain(slot.encode())
    length = len(content)
    response = HttpResponse(b"" if request.method == "HEAD" else content, status=status)
    # Set as they are kept: the same checked headers for everybody, without checking them again.
    response.headers._store.update(_headers(page.policy, page.language, is_gzip=is_gzip))
    response.headers["Content-Length"] = str(length)
    return response


@lru_cache(maxsize=1_000)
def _headers(policy: str, language: str, *, is_gzip: bool) -> dict[str, tuple[str, str]]:
    """The headers of a page as Django keeps them."""
    headers = ResponseHeaders(
        {
            **HEADERS,
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy,
            "Content-Language": language,
        }
    )
    if is_gzip:
        headers["Content-Encoding"] = "gzip"
    return headers._store


def packed(page: pages.Page, *, is_gzip: bool) -> Packed:
    """A page without a slot as it goes over the wire: its headers and its bytes."""
    content = page.body.gzipped(b"") if is_gzip else page.body.plain(b"")
    headers = _headers(page.policy, page.language, is_gzip=is_gzip)
    return [*headers.values(), ("Content-Length", str(len(content)))], content


def accepts_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip."""
    return "gzip" in accepted and "gzip;q=0" not in accepted.replace(" ", "")


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks: it sends JSON, or takes JSON and no page."""
    accepted = request.META.get("HTTP_ACCEPT", "")
    sends = str(request.META.get("CONTENT_TYPE", "")).startswith("application/json")
    return sends or ("json" in accepted and "html" not in accepted)


def said(
    request: HttpRequest,
    status: int,
    code: str,
    *,
    language: str = "",
    look: pages.Look = NOBODY,
    on: datetime | None = None,
    wait: int = 0,
    problems: Sequence[ProblemAt] = (),
    offers: Sequence[str] = (),
) -> HttpResponse:
    """Say why there is no questionnaire: in the language that is known, else in all."""
    languages = [language] if language else _wished_first(request)
    messages = [message(code, each, look.brand, on=on, wait=wait) for each in languages]
    if offers:
        messages = [_offering(each, offers) for each in messages]
    if wants_json(request):
        response: HttpResponse = problem_response(status, code, messages[0].text, problems)
    else:
        page = pages.message_page(tuple(messages), look, languages[0])
        response = page_response(request, page, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _wished_first(request: HttpRequest) -> list[str]:
    """All our languages, the browser's first."""
    wished = from_accept_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    return sorted(SUPPORTED, key=lambda language: language != wished)


def problem_response(
    status: int,
    code: str,
    detail: str,
    problems: Sequence[ProblemAt] = (),
    more: Mapping[str, object] | None = None,
) -> JsonResponse:
    """A refusal for machines (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": code,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": [problem.as_dict() for problem in problems],
        "request_id": reference(),
        **(more or {}),
    }
    if status == 404:
        del body["request_id"]
    response = JsonResponse(body, status=status, content_type=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    return response


def message(
    code: str, language: str, brand: str, *, on: datetime | None, wait: int
) -> pages.Message:
    """Title and text of one refusal in one language."""
    with translation.override(language):
        title, text = _words(code, brand, on, wait)
    return pages.Message(language, title, text)


def _offering(said: pages.Message, offers: Sequence[str]) -> pages.Message:
    """The message with links to what can be done, in its language."""
    with translation.override(said.language):
        words = {"change": _("Change my answer (24 h)"), "again": _("Give another opinion")}
    links = [(words[offer], f"?{offer}=1&lang={said.language}") for offer in offers]
    return said._replace(links=tuple(links))


def _words(code: str, brand: str, on: datetime | None, wait: int) -> tuple[str, str]:
    if code == "already_answered":
        return _("You have already answered"), _answered_on(on)
    if code == "rate_limited":
        minutes = max(1, round(wait / 60))
        return _("Too many tries"), _("Try again in %(minutes)s min.") % {"minutes": minutes}
    words = {
        "not_found": (
            _("This link is not valid"),
            _("This survey does not exist or has closed. Check that the address is complete."),
        ),
        "closed": (
            _("This survey has closed"),
            _("%(brand)s no longer takes answers here. Thank you for wanting to help.")
            % {"brand": brand},
        ),
        "paused": (
            _("This survey is paused for now"),
            _("%(brand)s is not taking answers at the moment. Come back later.") % {"brand": brand},
        ),
        "expired": (
            _("This link has expired"),
            _("Ask %(brand)s for a new link: your opinion still counts.") % {"brand": brand},
        ),
        "callback_asked": (
            _("It is noted"),
            _("%(brand)s will get back to you. You can close this page.") % {"brand": brand},
        ),
        "too_late": (
            _("This answer can no longer be changed"),
            _("An answer can be changed a few times, and for 24 hours. Yours is saved as it is."),
        ),
        "no_answer_yet": (
            _("There is no answer here yet"),
            _("Send your answer first, then ask to be contacted."),
        ),
        "busy": (
            _("We could not save"),
            _("Send your answer again in a few seconds."),
        ),
        "method_not_allowed": (
            _("This address works in a browser"),
            _("Open the link to answer."),
        ),
    }
    unreadable = (
        _("We could not read your answer"),
        _("Open your link again and send your answer once more."),
    )
    return words.get(code, unreadable)


def _answered_on(on: datetime | None) -> str:
    if on is None:
        return _("Your answer is saved. You can close this page.")
    day = date_format(on, DAY)
    return _("Your answer of %(day)s is saved. You can close this page.") % {"day": day}
