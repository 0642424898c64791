"""Answers that were set aside as a machine's: to look at, and to let them count."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, member
from dashboards.access import response_named, survey_named
from dashboards.queries.feed import read_position, set_aside, set_aside_count
from surveys.actions.releasing import release_response
from surveys.enums import ResponseState


@require_safe
@member("viewer")
def results_aside(request: MemberRequest, pk: str) -> HttpResponse:
    """What was set aside of a survey, the newest first."""
    survey = survey_named(request.organisation, pk)
    before = read_position(request.GET.get("before", ""))
    context = {
        "survey": survey,
        "page": set_aside(request.organisation, survey, before),
        "count": set_aside_count(request.organisation, survey),
        "may_release": request.membership.may("manager"),
    }
    return render(request, "dashboards/aside.html", context)


@require_POST
@member("manager")
def response_release(request: MemberRequest, pk: str) -> HttpResponse:
    """Let one of them count; a second click finds it counted."""
    response = response_named(request.organisation, pk)
    released = release_response(response=response, actor=request.user)
    if released.state == ResponseState.COMPLETED:
        messages.success(request, _("The answer counts now"))
    slug = request.organisation.slug
    if set_aside_count(request.organisation, response.survey):
        return redirect("dashboards:results-aside", slug, response.survey.pk)
    return redirect("dashboards:response-detail", slug, response.pk)
