"""The last look before customers see it, and publishing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, get_within, member
from surveys.actions.collectors import ensure_link
from surveys.actions.pages import duration
from surveys.actions.publishing import publish_survey
from surveys.definition.wordings import LANGUAGE_NAMES
from surveys.exceptions import NotPublishable, StaleDraft, WrongState
from surveys.models import Survey
from surveys.queries.builder import located_problems
from surveys.queries.changes import unpublished_changes
from surveys.queries.surveys import draft_definition, has_unpublished_changes
from surveys.scoring import METRICS


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def survey_publish(request: MemberRequest, pk: str) -> HttpResponse:
    """What will be asked, in how long, in which languages; and what is still to fix."""
    survey = get_within(request.organisation, Survey, pk)
    refused = ""
    if request.method == "POST":
        refused = _publish(request, survey)
        if not refused:
            messages.success(request, _("The survey is published"))
            return redirect("surveys:survey-share", request.organisation.slug, survey.pk)
        survey.refresh_from_db()
    definition = draft_definition(survey)
    context = {
        "survey": survey,
        "refused": refused,
        "problems": located_problems(survey),
        "seconds": duration(definition),
        "questions": definition.questions,
        "languages": [LANGUAGE_NAMES[code] for code in definition.languages],
        "has_score": definition.primary is not None,
        "poor_to": METRICS[definition.primary.kind].negative_to if definition.primary else None,
        "is_changed": has_unpublished_changes(survey),
        "changes": unpublished_changes(survey),
    }
    status = 422 if refused else 200
    return render(request, "surveys/survey_publish.html", context, status=status)


def _publish(request: MemberRequest, survey: Survey) -> str:
    """Publish what the person has looked at; else the words why not."""
    revision = request.POST.get("revision", "")
    is_number = revision.isascii() and revision.isdigit() and len(revision) < 10
    try:
        publish_survey(
            survey=survey,
            actor=request.user,
            revision=int(revision) if is_number else None,
            alert_publisher="alert_publisher" in request.POST,
        )
        ensure_link(survey=survey, actor=request.user)
    except StaleDraft:
        return _("Somebody changed the survey meanwhile: look once more, then publish")
    except NotPublishable:
        return _("Fix the points below, then publish")
    except WrongState:
        return _("Reopen the survey before publishing changes")
    return ""
