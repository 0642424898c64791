"""Taking what a customer sends: read it, judge it, store it, say what became of it."""

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxhub.lib.client_ip import client_network
from cxhub.lib.ids import uuid7_text
from cxhub.lib.languages import from_accept_header, supported
from surveys.actions import pages, responses
from surveys.actions.writer import WriterBusyError
from surveys.definition import ProblemAt
from surveys.queries import openings
from surveys.views.respond_answers import page_response, problem_response, said, wants_json
from surveys.views.respond_callback import take_callback
from surveys.views.respond_change import take_change
from surveys.views.respond_demand import UNPROVED, is_taken, lacks_proof
from surveys.views.respond_doors import (
    COOKIE,
    DONE,
    POSTS,
    POSTS_PER_CODE,
    POSTS_PER_SHEET,
    POSTS_PER_TOKEN,
    POSTS_PER_VERSION,
    SAVES,
    Visit,
    language_for,
    memory,
    miss,
    remember,
    shut,
)
from surveys.views.respond_form import show_form
from surveys.views.respond_proof import ask_proof
from surveys.views.respond_reading import CARRY, CHANGE, RESTART, RefusedError, Sent, read_sent
from surveys.views.respond_resume import with_carried
from surveys.views.respond_show import show

BUSY_FOR = 2
# What a program is told about a member of its sheet that cannot be read.
UNREAD = {
    "unknown_field": gettext_lazy("There is no such field, or it cannot be set"),
    "invalid_type": gettext_lazy("Send another type of value here"),
}


def take(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A POST: read it, judge it, store it, and answer what became of it."""
    try:
        sent = read_sent(request)
    except RefusedError as error:
        return _unread(request, error)
    refusal = _held_off(request, visit, sent)
    return _taken(request, visit, sent) if refusal is None else refusal


def _held_off(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse | None:
    """What comes too often is not looked at; a sheet may have to prove work before."""
    wait = _wait_from(client_network(request), sent)
    # Before the door's own limit: what proves nothing takes no place of those who prove.
    if not wait and sent.is_sheet and lacks_proof(visit, sent):
        wait = UNPROVED.wait(visit.code)
        if not wait and not is_taken(visit, sent):
            return ask_proof(request, visit, sent)
    wait = wait or _wait_at(visit.door, sent)
    return said(request, 429, "rate_limited", wait=wait) if wait else None


def _taken(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    if sent.callback is not None:
        return take_callback(request, visit, sent, sent.callback)
    if sent.gesture == CHANGE:
        return take_change(request, visit, sent)
    if sent.gesture == CARRY:
        sent = with_carried(visit, sent)
    if sent.switch_to or sent.gesture == RESTART:
        return _again(request, visit, sent)
    return _record(request, visit, sent)


def _unread(request: HttpRequest, error: RefusedError) -> HttpResponse:
    language = from_accept_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    with translation.override(language):
        problems = [ProblemAt(path, error.code, str(UNREAD[error.code])) for path in error.paths]
    return said(request, error.status, error.code, problems=problems)


def _record(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    if sent.submission_id is None:
        return said(request, 400, "submission_id_required")
    version = _version_of(visit, sent)
    if version is None:
        return _without_version(request, visit, sent)
    is_repeat = bool(visit.code) and memory(request).has_answered
    sent = sent.seen_from(client_network(request))
    outcome = store(visit.door, sent, version, flags=("repeat",) if is_repeat else ())
    return settle(request, visit, sent, version, outcome)


def settle(
    request: HttpRequest,
    visit: Visit,
    sent: Sent,
    version: openings.Version,
    outcome: responses.Outcome | None,
) -> HttpResponse:
    """Say what became of a sheet; without an outcome nothing was stored."""
    if outcome and outcome.is_accepted:
        return _accepted(request, visit, sent, outcome)
    with translation.override(version.definition.language(sent.language)):
        if outcome is None:
            return _busy(request, visit, sent)
        return _not_accepted(request, visit, sent, outcome)


def wait_of(network: str, door: responses.Door, sent: Sent) -> int:
    """Count a POST: 0 when it may pass, else the seconds to wait."""
    return _wait_from(network, sent) or _wait_at(door, sent)


def is_near_limit(network: str, door: responses.Door) -> bool:
    """Whether counting a finished sheet may have to ask the shared cache."""
    return POSTS.is_near(network) or bool(
        door.token_hash and POSTS_PER_TOKEN.is_near(door.token_hash)
    )


def _wait_from(network: str, sent: Sent) -> int:
    return SAVES.wait(network) if sent.is_partial else POSTS.wait(network)


def _wait_at(door: responses.Door, sent: Sent) -> int:
    if sent.is_partial:
        return 0
    return _wait_behind(door, sent) or POSTS_PER_VERSION.wait(sent.version_id or "")


def _wait_behind(door: responses.Door, sent: Sent) -> int:
    if door.code:
        return POSTS_PER_CODE.wait(door.code)
    times = POSTS_PER_SHEET.used(f"{door.token_hash} {sent.submission_id}")
    is_repeat = sent.submission_id is not None and 1 < times <= POSTS_PER_SHEET.most
    return 0 if is_repeat else POSTS_PER_TOKEN.wait(door.token_hash)


def _version_of(visit: Visit, sent: Sent) -> openings.Version | None:
    """The version the customer saw; a client that names none means the current one."""
    if sent.version_id is not None:
        return openings.version(sent.version_id)
    opening = visit.opening()
    if opening is None or opening.version_id is None:
        return None
    return openings.version(opening.version_id)


def _without_version(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    opening = visit.opening()
    if opening is None:
        return miss(request)
    if opening.completed_at:
        return _not_accepted(request, visit, sent, responses.Outcome("already_answered"))
    if not opening.takes_answers:
        return show(request, visit)
    with translation.override(supported(sent.language) or language_for(request, opening)):
        return _changed(request, visit, opening, sent)


def store(
    door: responses.Door, sent: Sent, version: openings.Version, flags: Sequence[str] = ()
) -> responses.Outcome | None:
    """Hand the sheet to the one action; None when nothing could be stored."""
    try:
        return responses.submit_response(submission_of(door, sent, version, flags))
    except WriterBusyError:
        return None


def submission_of(
    door: responses.Door, sent: Sent, version: openings.Version, flags: Sequence[str] = ()
) -> responses.Submission:
    """What was sent, as the action takes it."""
    return responses.Submission(
        door=door,
        submission_id=sent.submission_id or uuid7_text(),
        answers=sent.answers_for(version.definition),
        language=sent.language,
        is_complete=not sent.is_partial,
        signs=sent.signs,
        version_id=version.id,
        started_at=sent.started_at,
        flags=flags,
    )


def _not_accepted(
    request: HttpRequest, visit: Visit, sent: Sent, outcome: responses.Outcome
) -> HttpResponse:
    opening = visit.opening()
    if opening is None:
        return miss(request)
    if sent.is_partial and outcome.kind == "already_answered":
        return HttpResponse(status=204)  # a background save that came late: nothing is lost
    if outcome.kind == "changed":
        return _changed(request, visit, opening, sent)
    if outcome.kind == "invalid":
        return _invalid(request, visit, opening, sent, outcome)
    return _refused(request, opening, sent, outcome)


def _refused(
    request: HttpRequest, opening: openings.Opening, sent: Sent, outcome: responses.Outcome
) -> HttpResponse:
    language = supported(sent.language) or language_for(request, opening)
    refuse = partial(said, request, language=language, look=pages.Look.of(opening))
    if outcome.kind == "already_answered":
        is_conflict = outcome.response_id is not None or wants_json(request)
        return refuse(409 if is_conflict else 200, "already_answered", on=opening.completed_at)
    if outcome.kind == "closed":
        return shut(request, opening, language)
    return refuse(410, outcome.kind)


def _accepted(
    request: HttpRequest, visit: Visit, sent: Sent, outcome: responses.Outcome
) -> HttpResponse:
    if outcome.kind == "saved" and sent.gesture == CARRY:
        return HttpResponse(status=204)  # this browser is not the one that may see it all
    if outcome.kind == "saved":
        kept = memory(request).with_begun(sent.submission_id)
        return remember(request, HttpResponse(status=204), kept)
    status = 201 if outcome.kind == "created" else 200
    if wants_json(request):
        body = {"id": outcome.response_id, "state": "completed"}
        response: HttpResponse = JsonResponse(body, status=status)
        response.headers["Cache-Control"] = "no-store"
    else:
        response = _thanks(request, visit, sent, outcome, status)
    if visit.code:
        return remember(request, response, f"{DONE}{sent.submission_id}")
    return response


def _thanks(
    request: HttpRequest, visit: Visit, sent: Sent, outcome: responses.Outcome, status: int
) -> HttpResponse:
    version = outcome.version
    if version is None:
        return HttpResponse(status=status)
    language = version.definition.language(sent.language)
    look = _look(visit, version)
    answers, is_personal = outcome.answers or {}, not visit.code
    page = pages.thanks_page(version, look, language, answers, is_personal=is_personal)
    response = page_response(request, page, status=status, submission_id=sent.submission_id)
    response.headers["Response-Id"] = outcome.response_id or ""
    return response


def _look(visit: Visit, version: openings.Version) -> pages.Look:
    """The public door's look is at hand; for a personal link the questionnaire's will do."""
    opening = openings.opening_of_code(visit.code) if visit.code else None
    if opening is None:
        return pages.Look(version.definition.brand)
    return pages.Look.of(opening, is_kiosk=visit.is_kiosk)


def _again(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    """The same questionnaire in another language with the answers kept, or empty again."""
    opening = visit.opening()
    if opening is None:
        return miss(request)
    is_restart = sent.gesture == RESTART
    sent_on = None if is_restart else sent
    response = show_form(request, visit, opening, sent_on, language=sent.switch_to or sent.language)
    if is_restart and response.status_code == 200:
        response.delete_cookie(COOKIE, path=request.path, samesite="Lax")
    return response


def _changed(
    request: HttpRequest, visit: Visit, opening: openings.Opening, sent: Sent | None
) -> HttpResponse:
    """The sheet belongs to another questionnaire: show today's, with the answers that fit."""
    text = _("The questions have changed: check your answers and send them again.")
    if wants_json(request):
        current = ProblemAt("version", "survey_changed", opening.version_id or "")
        return problem_response(409, "survey_changed", text, [current])
    problem = ProblemAt("", "survey_changed", text)
    return show_form(request, visit, opening, sent, status=409, problems=[problem])


def _invalid(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    sent: Sent,
    outcome: responses.Outcome,
) -> HttpResponse:
    # Judged once more, now that the words are asked for in the customer's language.
    definition = outcome.version.definition if outcome.version else None
    answers, is_complete = outcome.answers or {}, not sent.is_partial
    problems = definition.check_answers(answers, is_complete=is_complete) if definition else []
    if sent.is_partial or wants_json(request):
        detail = _("Correct the answers listed in errors.")
        return problem_response(400, problems[0].code, detail, problems)
    return show_form(request, visit, opening, sent, status=400, problems=problems)


def _busy(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    """Nothing was stored: the page comes back with everything that was typed."""
    opening = None if sent.is_partial or wants_json(request) else visit.opening()
    if opening is None:
        response = said(request, 503, "busy")
    else:
        problem = ProblemAt("", "busy", _("We could not save. Send your answer again."))
        response = show_form(request, visit, opening, sent, status=503, problems=[problem])
    response.headers["Retry-After"] = str(BUSY_FOR)
    return response
