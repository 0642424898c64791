"""Asking for the proof that a sheet lacks: it comes back whole, with a new challenge."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from cxhub.lib.languages import supported
from cxhub.lib.proofs import AGE, challenge
from surveys.definition import ProblemAt
from surveys.views.respond_answers import problem_response, wants_json
from surveys.views.respond_doors import Visit, language_for, miss, shut
from surveys.views.respond_form import show_form
from surveys.views.respond_reading import Sent

CODE = "challenge_required"
HEADER = "Proof-Challenge"


def ask_proof(request: HttpRequest, visit: Visit, sent: Sent) -> HttpResponse:
    """Nothing was stored. A page goes again by itself, where scripts run; a program is told how."""
    opening = visit.opening()
    if opening is None or sent.submission_id is None:
        return miss(request)
    language = supported(sent.language) or language_for(request, opening)
    if not opening.takes_answers:
        return shut(request, opening, language)
    text = challenge(visit.code, sent.submission_id)
    with translation.override(language):
        if wants_json(request):
            detail = _("Answer the challenge and send the sheet again with its proof.")
            asked = {"text": text, "zero_bits": settings.PROOF_BITS, "expires_in": AGE}
            response: HttpResponse = problem_response(403, CODE, detail, more={"challenge": asked})
        else:
            told = _(
                "Your answer is not saved yet, because very many are coming in: "
                "send it again in a few minutes."
            )
            problems = [ProblemAt("send", CODE, told)]
            response = show_form(
                request, visit, opening, sent, status=403, problems=problems, is_unproved=True
            )
    response.headers[HEADER] = text
    return response
