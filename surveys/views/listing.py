"""The list of surveys, the gallery of templates, and what a row's menu does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, get_within, member
from cxhub.lib.ordering import ordering
from surveys.actions import publishing
from surveys.enums import SurveyState
from surveys.exceptions import WrongState
from surveys.forms.doors import NewSurveyForm
from surveys.models import Survey
from surveys.queries.gallery import cards, default_name
from surveys.queries.overview import COLUMNS, counts_by_state, survey_page


@require_safe
@member("viewer")
def survey_list(request: MemberRequest) -> HttpResponse:
    """Find a survey and act on it."""
    state = request.GET.get("state", "")
    state = state if state in SurveyState.values else ""
    counts = counts_by_state(request.organisation)
    order = ordering(request.GET.get("sort", ""), COLUMNS, {"state": state})
    rows, page = survey_page(request.organisation, order, state, request.GET.get("page"))
    context = {
        "rows": rows,
        "order": order,
        "previous_url": order.url(page=page.number - 1) if page.has_previous() else "",
        "next_url": order.url(page=page.number + 1) if page.has_next() else "",
        "state": state,
        "all_url": order.url(state=""),
        "chips": [
            {"state": value, "label": label, "count": counts[value], "url": order.url(state=value)}
            for value, label in SurveyState.choices
            if counts.get(value)
        ],
        "total": sum(counts.values()) - counts.get(SurveyState.ARCHIVED, 0),
        "cards": cards(request.organisation.name) if not counts else [],
        "may_edit": request.membership.may("manager"),
    }
    return render(request, "surveys/survey_list.html", context)


@require_safe
@member("manager")
def survey_gallery(request: MemberRequest) -> HttpResponse:
    """Templates, each one press away from the builder."""
    return render(
        request, "surveys/survey_gallery.html", {"cards": cards(request.organisation.name)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def survey_create(request: MemberRequest) -> HttpResponse:
    """Make a survey from a template and open it."""
    slug = request.organisation.slug
    form = NewSurveyForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("surveys:survey-gallery", slug)
    language = request.organisation.language
    other = [code for code in ("fr", "en") if code != language]
    survey = publishing.create_survey(
        organisation=request.organisation,
        name=form.cleaned_data["name"] or default_name(form.cleaned_data["template"]),
        template=form.cleaned_data["template"],
        languages=[language, *other],
        created_by=request.user,
    )
    return redirect("surveys:survey-builder", slug, survey.pk)


@require_POST
@member("manager")
def survey_duplicate(request: MemberRequest, pk: str) -> HttpResponse:
    """A new draft with the same questions."""
    survey = get_within(request.organisation, Survey, pk)
    name = _("%(name)s (copy)") % {"name": survey.name[:70]}
    copy = publishing.duplicate_survey(survey=survey, name=name, created_by=request.user)
    messages.success(request, _("Survey duplicated"))
    return redirect("surveys:survey-builder", request.organisation.slug, copy.pk)


@require_POST
@member("manager")
def survey_state(request: MemberRequest, pk: str) -> HttpResponse:
    """Pause, resume, close, reopen, archive or restore."""
    survey = get_within(request.organisation, Survey, pk)
    state = request.POST.get("state", "")
    try:
        publishing.change_state(survey=survey, state=state, actor=request.user)
    except WrongState:
        messages.error(request, _("This survey has changed meanwhile: look at its state"))
    else:
        messages.success(request, _state_words(state))
    listing = reverse("surveys:survey-list", args=[request.organisation.slug])
    share = reverse("surveys:survey-share", args=[request.organisation.slug, survey.pk])
    return redirect(share if request.POST.get("from") == "share" else listing)


def _state_words(state: str) -> str:
    words = {
        SurveyState.LIVE: _("The survey takes answers"),
        SurveyState.PAUSED: _("The survey is paused"),
        SurveyState.CLOSED: _("The survey is closed"),
        SurveyState.ARCHIVED: _("The survey is archived: its answers stay"),
        SurveyState.DRAFT: _("The survey is back among the drafts"),
    }
    return words[SurveyState(state)]
