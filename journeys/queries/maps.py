"""Journeys and their maps."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Organisation
from cxhub.lib.ids import parse_uuid
from cxhub.lib.rows import row_by_id
from journeys.enums import JourneyState, RunState
from journeys.models import Journey, JourneyRun, Stage, Touchpoint


@dataclass(frozen=True)
class StageRow:
    """A stage and its touchpoints, in order."""

    stage: Stage
    touchpoints: list[Touchpoint]


@dataclass(frozen=True)
class JourneyCard:
    """A journey as the list shows it."""

    journey: Journey
    touchpoints: int
    moments_of_truth: int
    runs: int


def journeys(organisation: Organisation) -> QuerySet[Journey]:
    """The organisation's journeys, last changed first."""
    return (
        Journey.objects.within(organisation)
        .exclude(state=JourneyState.ARCHIVED)
        .select_related("current_version")
        .order_by("-updated_at", "-pk")
    )


def journey_by_id(organisation: Organisation, text: str) -> Journey | None:
    rows = Journey.objects.within(organisation).select_related("current_version", "organisation")
    return row_by_id(rows, parse_uuid(text))


def stage_of(journey: Journey, text: str) -> Stage | None:
    """A stage of the journey, also one that was removed."""
    return row_by_id(journey.stages.all(), parse_uuid(text))


def touchpoint_of(journey: Journey, text: str) -> Touchpoint | None:
    """A touchpoint of the journey, also one that was removed."""
    rows = journey.touchpoints.select_related("stage", "survey", "journey", "organisation")
    return row_by_id(rows, parse_uuid(text))


def drawn(organisation: Organisation, journey: Journey) -> list[StageRow]:
    """The map as it is edited now: two queries."""
    stages = list(
        Stage.objects.within(organisation)
        .filter(journey=journey, removed_at=None)
        .order_by("position", "pk")
    )
    points: dict[UUID, list[Touchpoint]] = {stage.pk: [] for stage in stages}
    rows = (
        Touchpoint.objects.within(organisation)
        .filter(journey=journey, stage__in=stages, removed_at=None)
        .select_related("survey", "owner__user")
        .order_by("position", "pk")
    )
    for row in rows:
        points[row.stage_id].append(row)
    return [StageRow(stage, points[stage.pk]) for stage in stages]


def journey_cards(organisation: Organisation) -> list[JourneyCard]:
    """Every journey with its counts: three queries however many there are."""
    rows = list(journeys(organisation))
    points = {
        row["journey"]: row
        for row in Touchpoint.objects.within(organisation)
        .filter(removed_at=None, stage__removed_at=None)
        .order_by()
        .values("journey")
        .annotate(number=Count("pk"), moments=Count("pk", filter=Q(is_moment_of_truth=True)))
    }
    runs = dict(
        JourneyRun.objects.within(organisation)
        .filter(state=RunState.ACTIVE)
        .order_by()
        .values_list("journey")
        .annotate(number=Count("pk"))
    )
    nothing = {"number": 0, "moments": 0}
    return [
        JourneyCard(
            journey=row,
            touchpoints=points.get(row.pk, nothing)["number"],
            moments_of_truth=points.get(row.pk, nothing)["moments"],
            runs=runs.get(row.pk, 0),
        )
        for row in rows
    ]
