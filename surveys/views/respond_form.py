"""A questionnaire made for one request: what was sent, and what is wrong with it."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from surveys.actions import pages
from surveys.definition import ProblemAt
from surveys.queries import openings
from surveys.views.respond_answers import page_response
from surveys.views.respond_demand import is_demanded
from surveys.views.respond_doors import Visit, shut
from surveys.views.respond_reading import CARRY, Sent
from surveys.views.respond_resume import rest


def show_form(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    sent: Sent | None,
    *,
    status: int = 200,
    language: str = "",
    problems: list[ProblemAt] | None = None,
    is_unproved: bool = False,
) -> HttpResponse:
    """Everything that was typed is kept; a sheet without its proof goes again by itself."""
    version = _answered(opening, sent) if sent and is_unproved else _todays(opening)
    wished = language or (sent.language if sent else "")
    language = version.definition.language(wished) if version else opening.default_language
    is_guarded = is_demanded(visit.code)
    look = pages.Look.of(opening, is_kiosk=visit.is_kiosk, is_guarded=is_guarded)
    if version is None or not opening.takes_answers:
        return shut(request, opening, language)
    answers = version.definition.clean_answers(sent.typed(version.definition)) if sent else {}
    filled = pages.Filled(answers, problems or ())
    if sent and is_unproved:
        # Who presses no button again is still who pressed it before.
        is_by_hand = sent.signs.is_by_hand
        goes_again = not sent.proof and sent.version_id in {None, version.id}
        filled = replace(filled, is_by_hand=is_by_hand, goes_again=goes_again)
    elif sent and visit.token and sent.gesture == CARRY:
        filled = replace(rest(answers, sent.carried, language), problems=problems or ())
    page = pages.make_question_page(version.definition, version.id, look, language, filled)
    submission_id = sent.submission_id if sent else None
    return page_response(request, page, status=status, submission_id=submission_id, code=visit.code)


def _todays(opening: openings.Opening) -> openings.Version | None:
    return openings.version(opening.version_id) if opening.version_id else None


def _answered(opening: openings.Opening, sent: Sent) -> openings.Version | None:
    """The version that a sheet answers, be it yesterday's; today's when it is none of ours."""
    seen = openings.version(sent.version_id) if sent.version_id else None
    return seen if seen and seen.survey_id == opening.survey_id else _todays(opening)
