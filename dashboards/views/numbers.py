"""The numbers of a survey as a fragment: what they depend on, and how they are rendered."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.access import MemberRequest
from accounts.models import Organisation
from dashboards.enums import Period
from dashboards.forms import Choice
from dashboards.queries.results import Scope, results
from dashboards.queries.windows import first_answer, window
from surveys.models import Survey

BREAK = "<!-- breakdown -->"


def scope_of(organisation: Organisation, survey: Survey, choice: Choice, now: datetime) -> Scope:
    """The answers that the address asks for."""
    first = first_answer(organisation, survey) if choice.period == Period.ALL else None
    return Scope(
        survey,
        window(organisation, choice.period, now, first),
        choice.channel,
        choice.place_id,
    )


def version_of(results_version: int, now: datetime) -> str:
    """What the numbers depend on besides the filters: the rollups, and the hour."""
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return f"{results_version}-{until:%Y%m%d%H}"


def numbers_key(
    organisation_id: UUID, survey_id: UUID, version: str, choice: Choice, *reader: str
) -> str:
    """Everything that the rendered numbers depend on; of a reader: his language and his role."""
    parts = ("results", organisation_id, survey_id, version, choice.query(), *reader)
    return ":".join(map(str, parts))


def render_numbers(request: MemberRequest, choice: Choice, scope: Scope, version: str) -> str:
    """The headline and the breakdown."""
    context = {
        "survey": scope.survey,
        "choice": choice,
        "version": version,
        "results": results(request.organisation, scope, get_language() or "en"),
    }
    return render_to_string("dashboards/_numbers.html", context, request)


def render_waiting(request: MemberRequest, survey: Survey, choice: Choice, waiting: int) -> str:
    """How many responses came since the feed was read, for the page to take in."""
    context = {"survey": survey, "choice": choice, "waiting": waiting, "is_swap": True}
    return render_to_string("dashboards/_waiting.html", context, request)
