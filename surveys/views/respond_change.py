"""The second visit: that an answer is in, and how its customer changes it while it is young."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxhub.lib.client_ip import client_network
from cxhub.lib.tenancy import tenant
from surveys.actions import pages
from surveys.actions.changing import Change, Wanted, change_response
from surveys.definition import ProblemAt
from surveys.models import Response
from surveys.queries import openings
from surveys.queries.answered import answered_behind, is_changeable
from surveys.views.respond_answers import (
    DAY,
    page_response,
    problem_response,
    said,
    wants_json,
)
from surveys.views.respond_doors import Visit, language_for, memory, miss, shut
from surveys.views.respond_reading import AGAIN, CHANGE, Sent

# How a change is refused that nothing but its moment or its sender speaks against.
REFUSALS = {
    "unknown": (404, "no_answer_yet"),
    "too_late": (410, "too_late"),
    "unconfirmed": (409, "already_answered"),
}


def answered_here(request: HttpRequest, visit: Visit, opening: openings.Opening) -> Response | None:
    """The answer of this personal link, or that of this browser at a public door, if it counts."""
    return _answered(visit, opening, memory(request).answered)


def show_answered(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    language: str,
    answered_at: datetime,
) -> HttpResponse:
    """That the answer is in, with the way to change it; when that was asked for, the form."""
    say = partial(said, request, language=language, look=pages.Look.of(opening), on=answered_at)
    is_young = is_changeable(answered_at)
    if CHANGE not in request.GET:
        may_change = opening.takes_answers and is_young
        offers = [CHANGE] * may_change + [AGAIN] * bool(visit.code)
        return say(200, "already_answered", offers=offers)
    response = answered_here(request, visit, opening) if is_young else None
    if response is None:
        return say(410, "too_late")
    if not opening.takes_answers:
        return shut(request, opening, language)
    is_same_browser = str(response.submission_id) in memory(request)
    answers = response.answers if is_same_browser else {}
    return _form(request, opening, response, language, answers)


def take_change(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    """Change the answer that is in, and thank once more."""
    if sent.is_partial:
        return HttpResponse(status=204)  # a change comes as a whole
    opening = visit.opening()
    if opening is None:
        return miss(request)
    wished = sent.switch_to or sent.language
    language = wished if wished in opening.languages else language_for(request, opening)
    if visit.is_kiosk:
        return said(request, 400, "malformed_form", language=language)
    if not opening.takes_answers:
        return shut(request, opening, language)
    if sent.switch_to:
        return _in_another_language(request, visit, opening, sent, language)
    signs = sent.signs.seen_from(client_network(request))
    change = change_response(
        opening=opening,
        door=visit.door,
        submission_id=sent.submission_id,
        wanted=Wanted(sent.answers_for, sent.language, signs),
    )
    with translation.override(language):
        return _settled(request, visit, opening, sent, change, language)


def _answered(
    visit: Visit, opening: openings.Opening, submission_id: str | None
) -> Response | None:
    with tenant(opening.organisation_id):
        return answered_behind(opening, visit.door.token_hash, submission_id).first()


def _settled(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    sent: Sent,
    change: Change,
    language: str,
) -> HttpResponse:
    if change.kind == "closed":
        return shut(request, opening, language)
    look, response, version = pages.Look.of(opening), change.response, change.version
    if response is None or version is None:
        status, code = REFUSALS[change.kind]
        on = response.answered_at if response else None
        return said(request, status, code, language=language, look=look, on=on)
    answers = change.answers or {}
    if change.kind == "invalid":
        # Judged once more, now that the words are asked for in the customer's language.
        problems = version.definition.check_answers(answers)
        return _refused(request, opening, response, language, answers, problems)
    if wants_json(request):
        return JsonResponse({"id": str(response.pk), "state": response.state})
    page = pages.thanks_page(version, look, language, answers, is_personal=not visit.code)
    return page_response(request, page, submission_id=sent.submission_id)


def _refused(
    request: HttpRequest,
    opening: openings.Opening,
    response: Response,
    language: str,
    answers: Mapping[str, object],
    problems: Sequence[ProblemAt],
) -> HttpResponse:
    if wants_json(request):
        text = _("Correct the answers listed in errors.")
        return problem_response(400, problems[0].code, text, problems)
    return _form(request, opening, response, language, answers, problems)


def _in_another_language(
    request: HttpRequest, visit: Visit, opening: openings.Opening, sent: Sent, language: str
) -> HttpResponse:
    """The same form with what was typed into it."""
    response = _answered(visit, opening, sent.submission_id)
    version = openings.version(response.version_id) if response else None
    if response is None or version is None:
        return said(request, 404, "no_answer_yet", language=language, look=pages.Look.of(opening))
    return _form(request, opening, response, language, sent.answers_for(version.definition))


def _form(
    request: HttpRequest,
    opening: openings.Opening,
    response: Response,
    language: str,
    answers: Mapping[str, object],
    problems: Sequence[ProblemAt] = (),
) -> HttpResponse:
    """The questionnaire that was answered, whose answers take the place of the earlier ones."""
    version = openings.version(response.version_id)
    if version is None:
        return shut(request, opening, language)
    definition = version.definition
    language = definition.language(language)
    note = pages.Note(_words(response.answered_at, language, is_filled=bool(answers)))
    clean = definition.clean_answers(answers)
    filled = pages.Filled(clean, problems, note=note, gesture=CHANGE)
    look = pages.Look.of(opening)
    page = pages.make_question_page(definition, version.id, look, language, filled)
    status = 400 if problems else 200
    # A public door knows its sheet by this id; a personal link needs none.
    submission_id = str(response.submission_id) if opening.collector_id else None
    return page_response(request, page, status=status, submission_id=submission_id)


def _words(answered_at: datetime, language: str, *, is_filled: bool) -> str:
    with translation.override(language):
        day = {"day": date_format(answered_at, DAY)}
        if is_filled:
            return _("You are changing your answer of %(day)s.") % day
        return _("What you send now takes the place of your answer of %(day)s.") % day
