"""Going on, in any browser, with what was begun behind a personal link.

What another browser answered counts and is never shown: the link may have been forwarded (AB-22).
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from cxhub.lib.tenancy import tenant
from surveys.actions import pages
from surveys.definition import Definition
from surveys.queries import openings
from surveys.queries.answered import begun_behind
from surveys.views.respond_answers import page_response
from surveys.views.respond_doors import Visit
from surveys.views.respond_reading import AGAIN, CARRY, Sent


def with_carried(visit: Visit, sent: Sent) -> Sent:
    """The sheet together with what was begun before it; what is sent now takes precedence."""
    opening = visit.opening() if visit.token else None
    if opening is None:
        return sent
    begun = _begun(visit, opening)

    def answers_for(definition: Definition) -> Mapping[str, object]:
        return {**definition.clean_answers(begun), **sent.answers_for(definition)}

    return sent._replace(answers_for=answers_for, typed_for=sent.answers_for, carried=begun)


def show_rest(
    request: HttpRequest,
    visit: Visit,
    opening: openings.Opening,
    version: openings.Version,
    language: str,
) -> HttpResponse:
    """The questions that are still open, and the last one in any case."""
    filled = rest({}, _begun(visit, opening), language)
    look = pages.Look.of(opening)
    page = pages.make_question_page(version.definition, version.id, look, language, filled)
    return page_response(request, page)


def rest(typed: Mapping[str, object], carried: Mapping[str, object], language: str) -> pages.Filled:
    """What the page of the open questions shows."""
    with translation.override(language):
        note = pages.Note(
            _("You had started. Your first answers are kept: go on here."),
            ((_("Start again"), f"?{AGAIN}=1&lang={language}"),),
        )
    return pages.Filled(typed, note=note, gesture=CARRY, left_out=frozenset(carried))


def _begun(visit: Visit, opening: openings.Opening) -> Mapping[str, object]:
    with tenant(opening.organisation_id):
        return begun_behind(opening, visit.door.token_hash)
