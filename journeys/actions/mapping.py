"""Drawing a journey: stages and touchpoints, each change at once, removal with a way back."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Membership, Organisation, User
from journeys.enums import JourneyState
from journeys.exceptions import MapProblem, NotPublishable
from journeys.models import Journey, JourneyVersion, Stage, Touchpoint
from journeys.queries.maps import StageRow, drawn
from surveys.models import Survey

UP, DOWN = "up", "down"


@dataclass(frozen=True)
class TouchpointDetails:
    """What a touchpoint is: what triggers its question, when, how, and whose it is."""

    name: str
    event_type: str = ""
    delay_minutes: int = 0
    survey: Survey | None = None
    channel_kind: str = ""
    owner: Membership | None = None
    is_moment_of_truth: bool = False


@transaction.atomic
def create_journey(
    *, organisation: Organisation, name: str, template: str, created_by: User | None
) -> Journey:
    """A journey with five empty stages, or with the touchpoints of an online shop."""
    journey = Journey.objects.create(organisation=organisation, name=name, created_by=created_by)
    for position, (stage_name, points) in enumerate(_template(template)):
        stage = Stage.objects.create(
            organisation=organisation, journey=journey, name=stage_name, position=position
        )
        Touchpoint.objects.bulk_create(
            Touchpoint(
                organisation=organisation,
                journey=journey,
                stage=stage,
                name=point.name,
                position=number,
                event_type=point.event_type,
                delay_minutes=point.delay_minutes,
                channel_kind=point.channel_kind,
                is_moment_of_truth=point.is_moment_of_truth,
            )
            for number, point in enumerate(points)
        )
    return journey


@transaction.atomic
def add_stage(*, journey: Journey, name: str) -> Stage:
    """A stage at the end of the map."""
    return Stage.objects.create(
        organisation_id=journey.organisation_id,
        journey=journey,
        name=name,
        position=Stage.objects.within(journey.organisation_id).filter(journey=journey).count(),
    )


@transaction.atomic
def rename_stage(*, stage: Stage, name: str) -> None:
    stage.name = name
    stage.save(update_fields=["name"])


@transaction.atomic
def save_touchpoint(
    *, stage: Stage, touchpoint: Touchpoint | None, details: TouchpointDetails
) -> Touchpoint:
    """Add a touchpoint at the end of a stage, or change one (also the stage it is in)."""
    within = Touchpoint.objects.within(stage.organisation_id)
    if touchpoint is None:
        row = Touchpoint(
            organisation_id=stage.organisation_id, journey_id=stage.journey_id, stage=stage
        )
    else:
        row = touchpoint
    if touchpoint is None or row.stage_id != stage.pk:
        row.position = within.filter(stage=stage).count()
        row.stage = stage
    row.name, row.event_type = details.name, details.event_type
    row.delay_minutes, row.channel_kind = details.delay_minutes, details.channel_kind
    row.survey, row.owner = details.survey, details.owner
    row.is_moment_of_truth = details.is_moment_of_truth
    row.save()
    return row


@transaction.atomic
def move_stage(*, stage: Stage, direction: str) -> None:
    """One place earlier or later on the map; one that was taken off it stays where it is."""
    rows = list(
        Stage.objects.within(stage.organisation_id)
        .filter(journey=stage.journey_id, removed_at=None)
        .order_by("position", "pk")
        .select_for_update(no_key=True)
    )
    if stage not in rows:
        return
    order = _swapped([row.pk for row in rows], stage.pk, direction)
    for row in rows:
        row.position = order.index(row.pk)
    Stage.objects.bulk_update(rows, ["position"])


@transaction.atomic
def move_touchpoint(*, touchpoint: Touchpoint, direction: str) -> None:
    """One place earlier or later; at the edge of its stage, into the neighbouring one.

    One that was taken off the map, or whose stage was, stays where it is.
    """
    stages = drawn(touchpoint.organisation, touchpoint.journey)
    here = next((row for row in stages if row.stage.pk == touchpoint.stage_id), None)
    if here is None or touchpoint not in here.touchpoints:
        return
    ids = [point.pk for point in here.touchpoints]
    order = _swapped(ids, touchpoint.pk, direction)
    if order == ids:
        _move_over(stages, here, touchpoint, direction)
        return
    _number(here.touchpoints, order)


@transaction.atomic
def remove_stage(*, stage: Stage) -> None:
    """Take a stage off the map with what it holds; `restore_stage` brings all of it back."""
    stage.removed_at = timezone.now()
    stage.save(update_fields=["removed_at"])


@transaction.atomic
def restore_stage(*, stage: Stage) -> None:
    stage.removed_at = None
    stage.save(update_fields=["removed_at"])


@transaction.atomic
def remove_touchpoint(*, touchpoint: Touchpoint) -> None:
    """Take a touchpoint off the map; outreaches that it caused keep pointing at it."""
    touchpoint.removed_at = timezone.now()
    touchpoint.save(update_fields=["removed_at"])


@transaction.atomic
def restore_touchpoint(*, touchpoint: Touchpoint) -> None:
    touchpoint.removed_at = None
    touchpoint.save(update_fields=["removed_at"])


@transaction.atomic
def publish_journey(*, journey: Journey) -> JourneyVersion:
    """Fix the map as a version that new events follow, and go live."""
    held = Journey.objects.within(journey.organisation_id).select_for_update(
        of=("self",), no_key=True
    )
    current = held.select_related("organisation", "current_version").get(pk=journey.pk)
    rows = drawn(current.organisation, current)
    problems = problems_of(rows)
    if problems:
        raise NotPublishable(problems)
    definition = document(rows)
    version = current.current_version
    if version is None or version.definition != definition:
        version = JourneyVersion.objects.create(
            organisation=current.organisation,
            journey=current,
            number=(version.number if version else 0) + 1,
            definition=definition,
        )
    current.current_version, current.state = version, JourneyState.LIVE
    current.save(update_fields=["current_version", "state", "updated_at"])
    journey.refresh_from_db()
    return version


@transaction.atomic
def pause_journey(*, journey: Journey) -> None:
    """New events ask nobody, and what is planned waits until the journey goes on."""
    journey.state = JourneyState.PAUSED
    journey.save(update_fields=["state", "updated_at"])


def problems_of(rows: list[StageRow]) -> list[MapProblem]:
    """What keeps a map from going live."""
    problems = []
    asking = 0
    for point in (point for row in rows for point in row.touchpoints):
        if point.survey is None and not point.channel_kind and not point.event_type:
            continue
        if point.survey is None:
            problems.append(MapProblem("no_survey", point.name, point.pk))
        elif not point.survey.is_live:
            problems.append(MapProblem("survey_not_live", point.name, point.pk))
        if not point.event_type:
            problems.append(MapProblem("no_event", point.name, point.pk))
        if not point.channel_kind:
            problems.append(MapProblem("no_channel", point.name, point.pk))
        asking += 1
    return problems or ([] if asking else [MapProblem("asks_nothing")])


def document(rows: list[StageRow]) -> dict[str, object]:
    """The map as the immutable document of a version."""
    return {
        "schema": 1,
        "stages": [
            {
                "id": str(row.stage.pk),
                "name": row.stage.name,
                "touchpoints": [_point(point) for point in row.touchpoints],
            }
            for row in rows
        ],
    }


def _point(point: Touchpoint) -> dict[str, object]:
    return {
        "id": str(point.pk),
        "name": point.name,
        "event_type": point.event_type,
        "delay_minutes": point.delay_minutes,
        "survey": str(point.survey_id) if point.survey_id else None,
        "channel_kind": point.channel_kind,
        "owner": str(point.owner_id) if point.owner_id else None,
        "is_moment_of_truth": point.is_moment_of_truth,
    }


def _move_over(
    stages: list[StageRow], here: StageRow, touchpoint: Touchpoint, direction: str
) -> None:
    index = stages.index(here) + (-1 if direction == UP else 1)
    if not 0 <= index < len(stages):
        return
    there = stages[index]
    others = [point.pk for point in there.touchpoints]
    order = [*others, touchpoint.pk] if direction == UP else [touchpoint.pk, *others]
    touchpoint.stage = there.stage
    touchpoint.save(update_fields=["stage"])
    _number([*there.touchpoints, touchpoint], order)


def _number(points: list[Touchpoint], order: list[UUID]) -> None:
    for point in points:
        point.position = order.index(point.pk)
    Touchpoint.objects.bulk_update(points, ["position"])


def _swapped(order: list[UUID], pk: UUID, direction: str) -> list[UUID]:
    index = order.index(pk)
    other = index + (-1 if direction == UP else 1)
    result = list(order)
    if 0 <= other < len(order):
        result[index], result[other] = result[other], result[index]
    return result


def _template(template: str) -> list[tuple[str, list[TouchpointDetails]]]:
    names = [
        gettext("Discover"),
        gettext("Choose"),
        gettext("Buy"),
        gettext("Receive"),
        gettext("Get help"),
    ]
    points: dict[int, list[TouchpointDetails]] = {}
    if template == "shop":
        points = {
            0: [TouchpointDetails(gettext("Website"))],
            1: [TouchpointDetails(gettext("Product page"))],
            2: [TouchpointDetails(gettext("Payment"), "order.paid", 60, channel_kind="email")],
            3: [
                TouchpointDetails(
                    gettext("Delivery"),
                    "order.delivered",
                    120,
                    channel_kind="sms",
                    is_moment_of_truth=True,
                )
            ],
            4: [
                TouchpointDetails(
                    gettext("Support answer"), "ticket.solved", 30, channel_kind="email"
                )
            ],
        }
    return [(name, points.get(index, [])) for index, name in enumerate(names)]
