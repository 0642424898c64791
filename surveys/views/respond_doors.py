"""Who stands before a survey's door: limits, language, and what the browser remembers."""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from cxhub.lib.languages import from_accept_header, supported
from cxhub.lib.limits import LocalLimit, SpreadLimit
from cxhub.lib.misses import wait_after_miss
from surveys.actions import pages, responses
from surveys.queries import openings
from surveys.views.respond_answers import said
from surveys.views.respond_reading import text_id

COOKIE = "cxhub-answer"
COOKIE_SALT = "surveys.answer"
COOKIE_AGE = 7 * 24 * 3600
DONE = "done"
PAUSE = 3600  # seconds after which it makes sense to look at a paused survey again

GETS = SpreadLimit("survey-gets", 120)
POSTS = SpreadLimit("survey-posts", 60)
SAVES = SpreadLimit("survey-saves", 240)
POSTS_PER_TOKEN = SpreadLimit("survey-posts-per-link", 10)
# A double click, or a browser that repeats until it hears: one sheet counts once at its link.
POSTS_PER_SHEET = LocalLimit(30)
POSTS_PER_CODE = LocalLimit(600)
POSTS_PER_VERSION = LocalLimit(3_000)


class Visit(NamedTuple):
    """A door that somebody stands before."""

    token: str
    code: str
    is_kiosk: bool = False

    @classmethod
    def of_token(cls, token: str) -> "Visit":
        """A personal link, with or without the slash that some programs put behind it."""
        return cls(token.removesuffix("/"), "")

    @classmethod
    def of_code(cls, code: str, *, is_kiosk: bool = False) -> "Visit":
        """A public door: one and the same, however its code is written."""
        code = code.removesuffix("/")
        return cls("", code.upper() if code.isascii() else code, is_kiosk)

    @property
    def door(self) -> responses.Door:
        if self.code:
            return responses.Door(code=self.code)
        return responses.Door.of_token(self.token)

    def opening(self) -> openings.Opening | None:
        if self.code:
            return openings.opening_of_code(self.code)
        return openings.opening_of_token(self.token)


def miss(request: HttpRequest) -> HttpResponse:
    if wait := wait_after_miss(request):
        return said(request, 429, "rate_limited", wait=wait)
    return said(request, 404, "not_found")


def shut(request: HttpRequest, opening: openings.Opening, language: str) -> HttpResponse:
    """Why a door that exists lets nobody in."""
    look = pages.Look.of_shut(opening)
    if opening.is_paused:
        return said(request, 503, "paused", language=language, look=look, wait=PAUSE)
    code = "expired" if opening.is_expired else "closed"
    return said(request, 410, code, language=language, look=look)


def language_for(request: HttpRequest, opening: openings.Opening) -> str:
    """The link's language, else the contact's, else the browser's, else the survey's."""
    wishes = []
    if request.META.get("QUERY_STRING"):
        wishes.append(supported(request.GET.get("lang", "")[:10]))
    wishes.append(opening.language)
    if not opening.language:
        wishes.append(from_accept_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
    return next((wish for wish in wishes if wish in opening.languages), opening.default_language)


class Memory(NamedTuple):
    """What a browser keeps for an address: the sheet it has begun, and the one it has sent in."""

    begun: str | None = None
    answered: str | None = None
    has_answered: bool = False

    def with_begun(self, submission_id: str | None) -> str:
        """What it keeps while it goes on with a sheet; that it has answered before stays known."""
        return f"{submission_id}{DONE}{self.answered}" if self.has_answered else f"{submission_id}"


def memory(request: HttpRequest) -> Memory:
    """What this browser keeps for this address, if we signed it."""
    if COOKIE not in request.COOKIES:
        return Memory()
    signer = signing.TimestampSigner(salt=COOKIE_SALT)
    try:
        value = signer.unsign(request.COOKIES[COOKIE], max_age=COOKIE_AGE)
    except signing.BadSignature:
        return Memory()
    begun, done, answered = value.partition(DONE)
    return Memory(text_id(begun), text_id(answered), bool(done))


def remember(request: HttpRequest, response: HttpResponse, value: str) -> HttpResponse:
    """Let this browser, on this address, go on for seven days."""
    signed = signing.TimestampSigner(salt=COOKIE_SALT).sign(value)
    response.set_cookie(
        COOKIE,
        signed,
        max_age=COOKIE_AGE,
        path=request.path,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
