"""The results of a survey: numbers, breakdown and the words behind them, live."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from accounts.models import Organisation
from cxhub.lib.fragments import rendered_once
from cxhub.lib.middleware import has_short_way
from dashboards.access import survey_named
from dashboards.enums import Period
from dashboards.forms import Choice, read_choice
from dashboards.queries.feed import cases_of, feed, newer, read_position
from dashboards.queries.results import Scope, definition_for, place_name
from dashboards.templatetags.feed_words import feed_groups
from dashboards.views.numbers import (
    BREAK,
    numbers_key,
    render_numbers,
    render_waiting,
    scope_of,
    version_of,
)
from dashboards.views.quick import quick_numbers
from surveys.enums import channel_name
from surveys.models import Survey


@require_safe
@member("viewer")
def survey_results(request: MemberRequest, pk: str) -> HttpResponse:
    """The whole page, which works without scripts."""
    survey = survey_named(request.organisation, pk)
    choice = read_choice(request.GET)
    now = timezone.now()
    scope = scope_of(request.organisation, survey, choice, now)
    version = version_of(survey.results_version, now)
    numbers, breakdown = _numbers(request, choice, scope, version).split(BREAK)
    context = {
        **_filters(request.organisation, choice),
        **_feed(request, survey, choice, scope),
        "numbers": numbers,
        "breakdown": breakdown,
        "live_url": settings.LIVE_URL,
        "ticket_query": f"?survey={survey.pk}",
        "now": now,
        "may_edit": request.membership.may("manager"),
    }
    return render(request, "dashboards/results.html", context)


@has_short_way(quick_numbers)  # fifty pages that are nudged ask at once
@require_safe
@member("viewer")
def results_numbers(request: MemberRequest, pk: str) -> HttpResponse:
    """What a nudge fetches: the numbers if they changed, and how many responses wait."""
    survey = survey_named(request.organisation, pk)
    choice, now = read_choice(request.GET), timezone.now()
    version = version_of(survey.results_version, now)
    if request.GET.get("v") == version:
        return HttpResponse(status=204)
    scope = scope_of(request.organisation, survey, choice, now)
    numbers = _numbers(request, choice, scope, version)
    if "seen" not in request.GET:
        return HttpResponse(numbers)
    seen = read_position(request.GET["seen"])
    waiting = newer(request.organisation, scope, choice.feed, seen)
    if waiting and seen is None:  # nobody reads an empty list: nothing moves under his eyes
        fresh = {**_feed(request, survey, choice, scope), "is_swap": True}
        return HttpResponse(numbers + render_to_string("dashboards/_feed.html", fresh, request))
    return HttpResponse(numbers + render_waiting(request, survey, choice, waiting))


@require_safe
@member("viewer")
def results_feed(request: MemberRequest, pk: str) -> HttpResponse:
    """The verbatims alone: another filter, older ones, or those that waited."""
    survey = survey_named(request.organisation, pk)
    choice = read_choice(request.GET)
    scope = scope_of(request.organisation, survey, choice, timezone.now())
    context = _feed(request, survey, choice, scope)
    template = "_feed_items" if context["before"] else "_feed"
    return render(request, f"dashboards/{template}.html", context)


def _numbers(request: MemberRequest, choice: Choice, scope: Scope, version: str) -> str:
    reader = (get_language() or "en", request.membership.role)
    key = numbers_key(request.organisation.pk, scope.survey.pk, version, choice, *reader)
    return rendered_once(key, lambda: render_numbers(request, choice, scope, version))


def _feed(
    request: MemberRequest, survey: Survey, choice: Choice, scope: Scope
) -> dict[str, object]:
    before = read_position(request.GET.get("before", ""))
    page = feed(request.organisation, scope, choice.feed, before)
    responses = [item.response for item in page.verbatims]
    primary = definition_for(survey).primary
    groups = feed_groups(primary.kind, choice) if primary else []
    filters = [group.label for group in groups if group.is_current]
    if choice.with_comment:
        filters.append(gettext("With comment"))
    return {
        "survey": survey,
        "choice": choice,
        "page": page,
        "before": before,
        "cases": cases_of(request.organisation, responses),
        "groups": groups,
        "filters": filters,
        "may_act": request.membership.may("agent"),
    }


def _filters(organisation: Organisation, choice: Choice) -> dict[str, object]:
    place = place_name(organisation, choice.place_id) if choice.place_id else ""
    return {
        "periods": [
            {
                "label": label,
                "url": choice.query(period=value),
                "is_current": value == choice.period,
            }
            for value, label in Period.choices
        ],
        "channel_label": channel_name(choice.channel) if choice.channel else "",
        "place_label": place,
    }
