"""The first page of an organisation."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from dashboards.queries import home as facts
from dashboards.queries.feed import latest_verbatims
from surveys.definition import TEMPLATES, new_document, parse

VERBATIMS = 5


@dataclass(frozen=True)
class Card:
    """A template on offer."""

    template: str
    icon: str
    title: str
    text: str
    question: str
    questions: int
    seconds: int


@require_safe
@member("viewer")
def home(request: MemberRequest) -> HttpResponse:
    """What needs me now, today, the last surveys and the last words."""
    steps = facts.onboarding(request.organisation)
    if not steps.has_survey:
        return render(
            request,
            "dashboards/home_empty.html",
            {**_common(request), "cards": _cards(request.organisation.name)},
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


def _cards(brand: str) -> list[tuple[Card, str]]:
    """Each template in the reader's language, with the name that its survey gets."""
    words = {
        "nps": ("heart-handshake", _("Loyalty (NPS)"), _("Would customers recommend you?")),
        "csat": ("smile", _("Satisfaction (CSAT)"), _("How did one moment go?")),
        "ces": ("gauge", _("Effort (CES)"), _("Was it easy to get things done?")),
    }
    language = (get_language() or "en")[:2]
    month = date_format(timezone.localtime(), "F Y")
    return [
        (
            Card(
                template=name,
                icon=words[name][0],
                title=words[name][1],
                text=words[name][2],
                question=_first_question(name, language, brand),
                questions=len(template["questions"]),
                seconds=template["seconds"],
            ),
            f"{name.upper()} – {month}",
        )
        for name, template in TEMPLATES.items()
    ]


def _first_question(template: str, language: str, brand: str) -> str:
    definition = parse(new_document(template, [language], brand))
    return definition.questions[0].text[language]
