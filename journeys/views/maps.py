"""The gestures on a journey's map: stages and touchpoints, one at a time."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member
from journeys.actions import mapping
from journeys.forms import StageForm, TouchpointForm, initial_of
from journeys.models import Journey, Stage, Touchpoint
from journeys.queries import maps as map_queries
from journeys.views.journeys import editor_page, found_journey


@require_POST
@member("manager")
def stage_add(request: MemberRequest, pk: str) -> HttpResponse:
    """A stage at the end."""
    journey = found_journey(request, pk)
    form = StageForm(request.POST)
    if not form.is_valid():
        return editor_page(request, journey, stage_form=form, status=422)
    stage = mapping.add_stage(journey=journey, name=form.cleaned_data["name"])
    return _back(request, journey, f"stage-{stage.pk}")


@require_POST
@member("manager")
def stage_change(request: MemberRequest, pk: str, stage_pk: str) -> HttpResponse:
    """Rename, move, remove or bring back a stage."""
    journey = found_journey(request, pk)
    stage = map_queries.stage_of(journey, stage_pk)
    if stage is None:
        raise Http404
    gesture = request.POST.get("gesture", "")
    if gesture == "rename":
        form = StageForm(request.POST)
        if not form.is_valid():
            return editor_page(request, journey, stage_form=form, status=422)
        mapping.rename_stage(stage=stage, name=form.cleaned_data["name"])
    elif gesture in (mapping.UP, mapping.DOWN):
        mapping.move_stage(stage=stage, direction=gesture)
        _say_place_of_stage(request, journey, stage)
    elif gesture == "remove":
        mapping.remove_stage(stage=stage)
        return _removed(request, journey, "stage-change", stage, _("Stage removed"))
    elif gesture == "restore":
        mapping.restore_stage(stage=stage)
    return _back(request, journey, f"stage-{stage.pk}")


@require_http_methods(["GET", "POST"])
@member("manager")
def touchpoint_create(request: MemberRequest, pk: str, stage_pk: str) -> HttpResponse:
    """A touchpoint at the end of a stage."""
    journey = found_journey(request, pk)
    stage = map_queries.stage_of(journey, stage_pk)
    if stage is None:
        raise Http404
    return _form(request, journey, None, {"stage": str(stage.pk)})


@require_http_methods(["GET", "POST"])
@member("manager")
def touchpoint_edit(request: MemberRequest, pk: str, touchpoint_pk: str) -> HttpResponse:
    """Everything about one touchpoint."""
    journey = found_journey(request, pk)
    touchpoint = _touchpoint(journey, touchpoint_pk)
    return _form(request, journey, touchpoint, initial_of(touchpoint))


@require_POST
@member("manager")
def touchpoint_change(request: MemberRequest, pk: str, touchpoint_pk: str) -> HttpResponse:
    """Move, remove or bring back a touchpoint."""
    journey = found_journey(request, pk)
    touchpoint = _touchpoint(journey, touchpoint_pk)
    gesture = request.POST.get("gesture", "")
    gestures: dict[str, Callable[[], None]] = {
        mapping.UP: lambda: mapping.move_touchpoint(touchpoint=touchpoint, direction=mapping.UP),
        mapping.DOWN: lambda: mapping.move_touchpoint(
            touchpoint=touchpoint, direction=mapping.DOWN
        ),
        "remove": lambda: mapping.remove_touchpoint(touchpoint=touchpoint),
        "restore": lambda: mapping.restore_touchpoint(touchpoint=touchpoint),
    }
    if gesture in gestures:
        gestures[gesture]()
    if gesture in (mapping.UP, mapping.DOWN):
        _say_place_of_touchpoint(request, journey, touchpoint)
    if gesture == "remove":
        return _removed(request, journey, "touchpoint-change", touchpoint, _("Touchpoint removed"))
    return _back(request, journey, f"touchpoint-{touchpoint.pk}")


def _form(
    request: MemberRequest,
    journey: Journey,
    touchpoint: Touchpoint | None,
    initial: dict[str, object],
) -> HttpResponse:
    stages = [row.stage for row in map_queries.drawn(request.organisation, journey)]
    form = TouchpointForm(
        request.POST or None, organisation=request.organisation, stages=stages, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        saved = mapping.save_touchpoint(
            stage=form.chosen_stage, touchpoint=touchpoint, details=form.details()
        )
        messages.success(request, _("Touchpoint saved"))
        return _back(request, journey, f"touchpoint-{saved.pk}")
    context = {"form": form, "journey": journey, "touchpoint": touchpoint}
    status = 422 if form.errors else 200
    return render(request, "journeys/touchpoint_form.html", context, status=status)


def _touchpoint(journey: Journey, pk: str) -> Touchpoint:
    touchpoint = map_queries.touchpoint_of(journey, pk)
    if touchpoint is None:
        raise Http404
    return touchpoint


def _say_place_of_stage(request: MemberRequest, journey: Journey, stage: Stage) -> None:
    """Say where a stage stands now: who does not see the map hears it."""
    order = [row.stage.pk for row in map_queries.drawn(request.organisation, journey)]
    if stage.pk in order:
        words = _("Stage “%(name)s” is now %(place)s of %(count)s")
        place = order.index(stage.pk) + 1
        messages.success(request, words % {"name": stage.name, "place": place, "count": len(order)})


def _say_place_of_touchpoint(
    request: MemberRequest, journey: Journey, touchpoint: Touchpoint
) -> None:
    for row in map_queries.drawn(request.organisation, journey):
        order = [point.pk for point in row.touchpoints]
        if touchpoint.pk in order:
            words = _("“%(name)s” is now %(place)s of %(count)s in “%(stage)s”")
            place = order.index(touchpoint.pk) + 1
            facts = {"name": touchpoint.name, "stage": row.stage.name}
            messages.success(request, words % {**facts, "place": place, "count": len(order)})


def _removed(
    request: MemberRequest, journey: Journey, route: str, row: Stage | Touchpoint, words: str
) -> HttpResponse:
    """Back to the map, which offers to undo."""
    undo = reverse(f"journeys:{route}", args=[request.organisation.slug, journey.pk, row.pk])
    request.session["journey_undo"] = {"url": undo, "name": row.name, "words": words}
    return _back(request, journey, "map")


def _back(request: MemberRequest, journey: Journey, anchor: str) -> HttpResponse:
    address = reverse("journeys:journey-editor", args=[request.organisation.slug, journey.pk])
    return redirect(f"{address}#{anchor}")
