"""The short way of the numbers of an open page.

When numbers move, every open page asks for them in the same tenth of a second. Who asks is
proven for each; what he gets was rendered and compressed once.
"""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.access import MemberRequest, as_member
from accounts.queries.watchers import Watcher, watcher
from cxhub.lib.fragments import Memory, Turns, rendered_once
from cxhub.lib.ids import parse_uuid
from cxhub.lib.languages import supported
from cxhub.lib.slotted_gzip import Slotted, slotted
from cxhub.lib.tenancy import tenant
from dashboards.access import survey_named
from dashboards.enums import Period
from dashboards.forms import Choice, read_choice
from dashboards.queries.feed import Position, newest_positions, read_position
from dashboards.views.numbers import (
    numbers_key,
    render_numbers,
    render_waiting,
    scope_of,
    version_of,
)
from surveys.models import Survey
from surveys.queries.freshness import results_version

MOST_WAITING = 200  # responses that one page has not read; beyond, the ordinary way counts

_pages: Memory[Slotted] = Memory()
_newest: Memory[list[Position]] = Memory()
_waiting: Memory[bytes] = Memory()
_turns = Turns()


@dataclass(frozen=True)
class Asked:
    """One page's question: who asks, for which survey as of which version, with which filters."""

    request: HttpRequest
    watcher: Watcher
    survey_id: UUID
    version: str
    choice: Choice

    @property
    def language(self) -> str:
        return supported(self.watcher.language) or settings.LANGUAGE_CODE

    def key(self, version: str) -> str:
        reader = (self.language, self.watcher.role)
        return numbers_key(
            self.watcher.organisation_id, self.survey_id, version, self.choice, *reader
        )


def quick_numbers(request: HttpRequest, organisation_slug: str, pk: str) -> HttpResponse | None:
    """The numbers and how many responses wait; None leaves the question to the ordinary way."""
    survey_id, choice = parse_uuid(pk), read_choice(request.GET)
    seen = read_position(request.GET.get("seen", ""))
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not survey_id or not seen or not session_key or choice.period == Period.ALL:
        return None
    with _turns.taken(f"{organisation_slug}:{survey_id}"):
        member = watcher(session_key, organisation_slug)
        if member is None:
            return None
        moved = results_version(member.organisation_id, survey_id)
        if moved is None:
            return None
        version = version_of(moved, timezone.now())
        if request.GET.get("v") == version:
            return _sealed(HttpResponse(status=204))
        asked = Asked(request, member, survey_id, version, choice)
        with timezone.override(ZoneInfo(member.timezone)), translation.override(asked.language):
            return _answer(asked, seen)


def _answer(asked: Asked, seen: Position) -> HttpResponse | None:
    key = asked.key(asked.version)
    page = _pages.get_or_make(key, lambda: slotted(_render(asked).encode(), b""))
    newest = _newest.get_or_make(key, lambda: _read_newest(asked))
    waiting = sum(position > seen for position in newest)
    if waiting > MOST_WAITING:
        return None
    told = _waiting.get_or_make(
        asked.key(f"waiting-{waiting}"), lambda: _render_waiting(asked, waiting).encode()
    )
    if "gzip" not in asked.request.headers.get("Accept-Encoding", ""):
        return _sealed(HttpResponse(page.plain(told)))
    response = HttpResponse(page.gzipped(told))
    response.headers["Content-Encoding"] = "gzip"
    return _sealed(response)


def _render(asked: Asked) -> str:
    def render() -> str:
        with tenant(asked.watcher.organisation_id):
            request, survey = _entered(asked)
            scope = scope_of(request.organisation, survey, asked.choice, timezone.now())
            return render_numbers(request, asked.choice, scope, asked.version)

    return rendered_once(asked.key(asked.version), render)


def _read_newest(asked: Asked) -> list[Position]:
    with tenant(asked.watcher.organisation_id):
        request, survey = _entered(asked)
        scope = scope_of(request.organisation, survey, asked.choice, timezone.now())
        return newest_positions(request.organisation, scope, asked.choice.feed, MOST_WAITING + 1)


def _render_waiting(asked: Asked, waiting: int) -> str:
    with tenant(asked.watcher.organisation_id):
        request, survey = _entered(asked)
        return render_waiting(request, survey, asked.choice, waiting)


def _entered(asked: Asked) -> tuple[MemberRequest, Survey]:
    """The request and the survey, as the ordinary way would find them."""
    member = asked.watcher
    request = as_member(asked.request, member.user_id, member.organisation_id)
    return request, survey_named(request.organisation, str(asked.survey_id))


def _sealed(response: HttpResponse) -> HttpResponse:
    """A piece of a page: nothing keeps it, and opened by itself it may do nothing."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response
