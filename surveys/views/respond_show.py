"""Showing what is behind a door; writes nothing, and tells the counter of visits."""

from django.http import HttpRequest, HttpResponse

from surveys.actions import pages
from surveys.queries import openings
from surveys.views import respond_visits
from surveys.views.respond_answers import page_response
from surveys.views.respond_change import answered_here, show_answered
from surveys.views.respond_demand import is_demanded
from surveys.views.respond_doors import COOKIE, Visit, language_for, memory, miss, shut
from surveys.views.respond_reading import AGAIN, RESUME
from surveys.views.respond_resume import show_rest

HIGHEST_SCORE = 10


def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The questionnaire, or why there is none."""
    opening = visit.opening()
    if opening is None:
        return miss(request)
    if visit.token:
        respond_visits.note(request, visit.token)
    language = language_for(request, opening)
    is_guarded = is_demanded(visit.code)
    look = pages.Look.of(opening, is_kiosk=visit.is_kiosk, is_guarded=is_guarded)
    if opening.completed_at is not None:
        return show_answered(request, visit, opening, language, opening.completed_at)
    version = openings.version(opening.version_id) if opening.version_id else None
    if version is None or not opening.takes_answers:
        return shut(request, opening, language)
    if COOKIE in request.COOKIES:
        resumed = _known(request, visit, opening, version, look, language)
        if resumed is not None:
            return resumed
    score = _score(request)
    is_begun = opening.is_begun and score is None and AGAIN not in request.GET
    if is_begun and RESUME in request.GET:
        return show_rest(request, visit, opening, version, language)
    is_trap = bool(request.META.get("QUERY_STRING")) and "trap" in request.GET
    page = pages.question_page(version, look, language, score, is_begun=is_begun, is_trap=is_trap)
    return page_response(request, page, code=visit.code)


def _score(request: HttpRequest) -> int | None:
    """The note that a rating link names: one plain number from 0 to 10, or nothing."""
    if not request.META.get("QUERY_STRING"):
        return None
    values = request.GET.getlist("score")
    if len(values) != 1 or not (values[0].isascii() and values[0].isdigit()):
        return None
    score = values[0]
    return int(score) if score == str(int(score[:3])) and int(score) <= HIGHEST_SCORE else None


def _known(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    version: openings.Version,
    look: pages.Look,
    language: str,
) -> HttpResponse | None:
    """What a browser that has been here before is shown; None for what everybody is shown."""
    kept = memory(request)
    resumed = None
    if kept.begun:
        resumed = _resume(request, visit, opening, version, look, language, kept.begun)
    if resumed is None and kept.answered and visit.code and AGAIN not in request.GET:
        answered = answered_here(request, visit, opening)
        if answered is not None:
            return show_answered(request, visit, opening, language, answered.answered_at)
    return resumed


def _resume(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    version: openings.Version,
    look: pages.Look,
    language: str,
    submission_id: str,
) -> HttpResponse | None:
    """The page with what this browser had begun; None when it had not."""
    answers = openings.saved_answers(opening, visit.token, submission_id)
    if not answers:
        return None
    filled = pages.Filled(version.definition.clean_answers(answers), is_resumed=True)
    page = pages.make_question_page(version.definition, version.id, look, language, filled)
    return page_response(request, page, submission_id=submission_id, code=visit.code)
