"""The first page of an organisation."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from dashboards.queries import home as facts
from dashboards.queries.feed import latest_verbatims
from surveys.queries.gallery import cards

VERBATIMS = 5


@require_safe
@member("viewer")
def home(request: MemberRequest) -> HttpResponse:
    """What needs me now, today, the last surveys and the last words."""
    steps = facts.onboarding(request.organisation)
    if not steps.has_survey:
        return render(
            request,
            "dashboards/home_empty.html",
            {**_common(request), "cards": cards(request.organisation.name)},
        )
    context = {**_common(request), **_facts(request), "steps": steps}
    return render(request, "dashboards/home.html", context)


@require_safe
@member("viewer")
def home_news(request: MemberRequest) -> HttpResponse:
    """The part of the page that moves."""
    steps = facts.onboarding(request.organisation)
    return render(request, "dashboards/_home.html", {**_facts(request), "steps": steps})


def _common(request: MemberRequest) -> dict[str, object]:
    name = request.user.name.split()[0] if request.user.name.strip() else request.user.email
    return {"name": name, "now": timezone.now(), "may_edit": request.membership.may("manager")}


def _facts(request: MemberRequest) -> dict[str, object]:
    organisation, now = request.organisation, timezone.now()
    lines = facts.survey_lines(organisation, facts.last_surveys(organisation), now)
    return {
        "todo": facts.todo(organisation),
        "today": facts.today(organisation, lines, now),
        "lines": lines,
        "verbatims": latest_verbatims(organisation, VERBATIMS),
        "may_edit": request.membership.may("manager"),
        "now": now,
    }
