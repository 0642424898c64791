"""Journeys: list, creation, editor, publication."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.models import User
from journeys.actions import mapping
from journeys.enums import JourneyState
from journeys.exceptions import MapProblem, NotPublishable
from journeys.forms import JourneyForm, StageForm
from journeys.models import Journey
from journeys.queries import maps as map_queries


@require_GET
@member("viewer")
def journey_list(request: MemberRequest) -> HttpResponse:
    """The organisation's journeys."""
    context = {
        "cards": map_queries.journey_cards(request.organisation),
        "can_edit": request.membership.may("manager"),
    }
    return render(request, "journeys/journey_list.html", context)


@require_http_methods(["GET", "POST"])
@member("manager")
def journey_create(request: MemberRequest) -> HttpResponse:
    """A new journey, empty or from a template."""
    form = JourneyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = request.user
        journey = mapping.create_journey(
            organisation=request.organisation,
            name=form.cleaned_data["name"],
            template=form.cleaned_data["template"],
            created_by=user if isinstance(user, User) else None,
        )
        return redirect("journeys:journey-editor", request.organisation.slug, journey.pk)
    status = 422 if form.errors else 200
    return render(request, "journeys/journey_create.html", {"form": form}, status=status)


@require_GET
@member("viewer")
def journey_editor(request: MemberRequest, pk: str) -> HttpResponse:
    """The map as a list: stages in order, touchpoints in order."""
    return editor_page(request, found_journey(request, pk))


@require_POST
@member("manager")
def journey_publish(request: MemberRequest, pk: str) -> HttpResponse:
    """Go live with the map as it is now, or say what is missing where."""
    journey = found_journey(request, pk)
    try:
        version = mapping.publish_journey(journey=journey)
    except NotPublishable as error:
        problems = [(_problem_words(problem), problem.pk) for problem in error.problems]
        return editor_page(request, journey, problems=problems, status=422)
    text = _("The journey is live (version %(number)s)") % {"number": version.number}
    messages.success(request, text)
    return redirect("journeys:journey-editor", request.organisation.slug, journey.pk)


@require_POST
@member("manager")
def journey_pause(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop asking until the journey is published again."""
    journey = found_journey(request, pk)
    mapping.pause_journey(journey=journey)
    messages.success(request, _("The journey is paused: nobody is asked"))
    return redirect("journeys:journey-editor", request.organisation.slug, journey.pk)


def found_journey(request: MemberRequest, pk: str) -> Journey:
    journey = map_queries.journey_by_id(request.organisation, pk)
    if journey is None:
        raise Http404
    return journey


def editor_page(
    request: MemberRequest,
    journey: Journey,
    *,
    problems: Sequence[tuple[str, UUID | None]] = (),
    stage_form: StageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The editor with whatever has to be said above it."""
    rows = map_queries.drawn(request.organisation, journey)
    version = journey.current_version
    is_changed = version is not None and version.definition != mapping.document(rows)
    context = {
        "journey": journey,
        "rows": rows,
        "problems": problems,
        "stage_form": stage_form or StageForm(),
        "can_edit": request.membership.may("manager"),
        "is_live": journey.state == JourneyState.LIVE,
        "is_changed": is_changed,
        "version": version,
        "undo": request.session.pop("journey_undo", None),
    }
    return render(request, "journeys/journey_editor.html", context, status=status)


def _problem_words(problem: MapProblem) -> str:
    words = {
        "no_survey": _("%(name)s: choose a survey"),
        "survey_not_live": _("%(name)s: publish its survey first"),
        "no_event": _("%(name)s: enter the event that triggers the question"),
        "no_channel": _("%(name)s: choose a channel"),
        "asks_nothing": _(
            "Give at least one touchpoint an event, a survey and a channel before you publish"
        ),
    }
    return words[problem.code] % {"name": problem.touchpoint}
