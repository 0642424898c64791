"""The results of a survey: numbers, breakdown and the words behind them, live."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from accounts.models import Organisation
from dashboards.access import survey_named
from dashboards.enums import Period, channel_name
from dashboards.forms import Choice, read_choice
from dashboards.queries.feed import cases_of, feed, newer, read_position
from dashboards.queries.results import Scope, definition_for, place_name, results
from dashboards.queries.windows import first_answer, window
from dashboards.templatetags.feed_words import feed_groups
from dashboards.views.fragments import rendered_once
from surveys.models import Survey

BREAK = "<!-- breakdown -->"


@require_safe
@member("viewer")
def survey_results(request: MemberRequest, pk: str) -> HttpResponse:
    """The whole page, which works without scripts."""
    survey = survey_named(request.organisation, pk)
    choice = read_choice(request.GET)
    now = timezone.now()
    scope = scope_of(request.organisation, survey, choice, now)
    numbers, breakdown = _numbers(request, survey, choice, scope).split(BREAK)
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


@require_safe
@member("viewer")
def results_numbers(request: MemberRequest, pk: str) -> HttpResponse:
    """What a nudge fetches: the numbers if they changed, and how many responses wait."""
    survey = survey_named(request.organisation, pk)
    choice = read_choice(request.GET)
    scope = scope_of(request.organisation, survey, choice, timezone.now())
    if request.GET.get("v") == version_of(survey, scope):
        return HttpResponse(status=204)
    numbers = _numbers(request, survey, choice, scope)
    if "seen" not in request.GET:
        return HttpResponse(numbers)
    seen = read_position(request.GET["seen"])
    waiting = newer(request.organisation, scope, choice.feed, seen)
    if waiting and seen is None:  # nobody reads an empty list: nothing moves under his eyes
        fresh = {**_feed(request, survey, choice, scope), "is_swap": True}
        return HttpResponse(numbers + render_to_string("dashboards/_feed.html", fresh, request))
    context = {"survey": survey, "choice": choice, "waiting": waiting, "is_swap": True}
    return HttpResponse(numbers + render_to_string("dashboards/_waiting.html", context, request))


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


def scope_of(organisation: Organisation, survey: Survey, choice: Choice, now: datetime) -> Scope:
    """The answers that the address asks for."""
    first = first_answer(organisation, survey) if choice.period == Period.ALL else None
    return Scope(
        survey,
        window(organisation, choice.period, now, first),
        choice.channel,
        choice.place_id,
    )


def version_of(survey: Survey, scope: Scope) -> str:
    """What the numbers depend on besides the filters: the rollups, and the hour."""
    return f"{survey.results_version}-{scope.window.until:%Y%m%d%H}"


def _numbers(request: MemberRequest, survey: Survey, choice: Choice, scope: Scope) -> str:
    language = get_language() or "en"
    key = ":".join(
        (
            "results",
            str(request.organisation.pk),
            str(survey.pk),
            version_of(survey, scope),
            choice.query(group="", with_comment=False),
            choice.group,
            language,
            request.membership.role,
        )
    )

    def make() -> str:
        context = {
            "survey": survey,
            "choice": choice,
            "version": version_of(survey, scope),
            "results": results(request.organisation, scope, language),
        }
        return render_to_string("dashboards/_numbers.html", context, request)

    return rendered_once(key, make)


def _feed(
    request: MemberRequest, survey: Survey, choice: Choice, scope: Scope
) -> dict[str, object]:
    before = read_position(request.GET.get("before", ""))
    page = feed(request.organisation, scope, choice.feed, before)
    responses = [item.response for item in page.verbatims]
    primary = definition_for(survey).primary
    return {
        "survey": survey,
        "choice": choice,
        "page": page,
        "before": before,
        "cases": cases_of(request.organisation, responses),
        "groups": feed_groups(primary.kind, choice) if primary else [],
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
