"""The questionnaire as a customer's phone shows it, from the draft; nothing is recorded."""

import re

from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, get_within, member
from surveys.actions import pages
from surveys.actions.partials import field_name
from surveys.models import Survey
from surveys.queries.surveys import draft_definition

# Beside the builder every question is to be seen at once, as where scripts are off.
SCRIPT = re.compile(rb"<script>.*?</script>", re.DOTALL)
FRAMED, NOT_FRAMED = "frame-ancestors 'self'", "frame-ancestors 'none'"


@csrf_exempt  # the respondent's form carries no token, and here it writes nothing
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
@member("viewer")
def survey_preview(request: MemberRequest, pk: str) -> HttpResponse:
    """The questions on GET; the thank-you page for a form that was sent, and then forgotten."""
    survey = get_within(request.organisation, Survey, pk)
    definition = draft_definition(survey)
    language = definition.language(request.GET.get("language", ""))
    look = pages.Look(definition.brand or survey.organisation.name)
    sent = {key: request.POST.getlist(field_name(key)) for key in definition.by_key}
    answers = definition.clean_answers(definition.answers_from_form(sent))
    if request.method == "POST":
        branch = definition.branch_of(answers)
        page = pages.make_branch_page(definition, branch, look, language)
    else:
        page = pages.make_question_page(definition, None, look, language, pages.Filled({}))
    html = page.body.plain(b"")
    response = HttpResponse(SCRIPT.sub(b"", html) if "still" in request.GET else html)
    response["Content-Security-Policy"] = page.policy.replace(NOT_FRAMED, FRAMED)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    return response
