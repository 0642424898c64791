"""Taking the wish to be called back, which the thank-you page of a bad score offers."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from cxhub.lib import emails
from surveys.actions import pages
from surveys.actions.callbacks import ask_callback, consent_wording
from surveys.queries.openings import Opening
from surveys.views.respond_answers import page_response, said
from surveys.views.respond_doors import Visit, language_for, miss, shut
from surveys.views.respond_reading import Sent


def take_callback(request: HttpRequest, visit: Visit, sent: Sent, way: str) -> HttpResponse:
    """Note the wish and say so; what cannot be reached comes back with what was typed."""
    opening = visit.opening()
    if opening is None:
        return miss(request)
    wished = sent.language
    language = wished if wished in opening.languages else language_for(request, opening)
    if opening.is_suspended:
        return shut(request, opening, language)
    if visit.is_kiosk:
        return said(request, 400, "malformed_form", language=language)
    with translation.override(language):
        return _take(request, visit, opening, sent, way, language)


def _take(
    request: HttpRequest, visit: Visit, opening: Opening, sent: Sent, way: str, language: str
) -> HttpResponse:
    look = pages.Look.of(opening)
    kind = ask_callback(
        opening=opening,
        door=visit.door,
        submission_id=sent.submission_id,
        way=way,
        wording=consent_wording(look.brand),
    )
    if kind == "unknown":
        return said(request, 404, "no_answer_yet", language=language, look=look)
    if kind == "asked":
        return said(request, 200, "callback_asked", language=language, look=look)
    error = _("Enter a phone number or an email address, like +44 7700 900123 or name@example.com")
    form = pages.Callback(is_personal=not visit.code, way=way[: emails.MAX_LENGTH], error=error)
    page = pages.make_callback_page(look, language, form)
    return page_response(request, page, status=400, submission_id=sent.submission_id)
