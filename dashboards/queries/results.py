"""Everything that the page of a survey's results shows in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Organisation, Place
from cxhub.lib.charts.axis import TrendPoint
from dashboards.queries.windows import Window
from surveys.definition import Definition, Question
from surveys.enums import ResponseState, channel_name
from surveys.models import Response, Survey
from surveys.queries.metrics import Frequency, MetricGroup, Slice, score_groups
from surveys.queries.surveys import definition_of, draft_definition
from surveys.scoring import Estimate

POINT_FORMATS: dict[str, str] = {"day": "d MMM", "week": "d MMM", "month": "MMM y"}
DAYS_OF_A_WEEK = 7
ENOUGH = 10  # answers a day; below, days say nothing and weeks are drawn


@dataclass(frozen=True)
class Scope:
    """Which answers of a survey a page shows."""

    survey: Survey
    window: Window
    channel: str = ""
    place_id: UUID | None = None


@dataclass(frozen=True)
class Segment:
    """One channel or place, as a figure's row and as a filter."""

    key: str
    label: str
    estimate: Estimate


@dataclass(frozen=True)
class ScoredResult:
    """A scored question with its score."""

    question: Question
    text: str
    group: MetricGroup
    labels: tuple[str, ...]

    @property
    def estimate(self) -> Estimate:
        return self.group.estimate

    @property
    def uncounted(self) -> int:
        return sum(self.group.excluded.values())


@dataclass(frozen=True)
class Bar:
    """One choice: how many took it, and its share of those who answered."""

    label: str
    count: int
    share: float

    @property
    def share_text(self) -> str:
        """For an attribute, whatever the page's language."""
        return f"{self.share:.4f}"


@dataclass(frozen=True)
class ChoiceResult:
    """A choice question with its bars, most chosen first."""

    question: Question
    text: str
    n: int
    skipped: int
    bars: list[Bar]


@dataclass(frozen=True)
class Results:
    """The numbers of the page; without a main question the survey scores nothing."""

    scope: Scope
    main: ScoredResult | None
    trend: list[TrendPoint]
    channels: list[Segment]
    places: list[Segment]
    others: list[ScoredResult]
    choices: list[ChoiceResult]

    @property
    def n(self) -> int:
        return self.main.estimate.n if self.main else 0

    @property
    def channel_rows(self) -> list[tuple[str, Estimate]]:
        return [(segment.label, segment.estimate) for segment in self.channels]

    @property
    def place_rows(self) -> list[tuple[str, Estimate]]:
        return [(segment.label, segment.estimate) for segment in self.places]


def definition_for(survey: Survey) -> Definition:
    """What customers are asked, or would be if the draft were published."""
    version = survey.current_version
    return definition_of(version) if version else draft_definition(survey)


def results(organisation: Organisation, scope: Scope, language: str) -> Results:
    """The numbers of a survey in a window; a constant number of queries per question."""
    definition = definition_for(scope.survey)
    spoken = definition.language(language)
    scored = [
        _scored(organisation, scope, question, spoken) for question in definition.scored_questions()
    ]
    choices = [
        _choices(organisation, scope, question, spoken)
        for question in definition.questions
        if question.is_choice
    ]
    if not scored:
        return Results(scope, None, [], [], [], [], choices)
    part = _part(scope, scored[0].question)
    frequency = fitting(scope.window, scored[0].estimate.n)
    return Results(
        scope=scope,
        main=scored[0],
        trend=trend_points(
            score_groups(organisation, part, frequency),
            frequency,
            ZoneInfo(organisation.timezone),
        ),
        channels=_channels(organisation, part),
        places=_places(organisation, part),
        others=scored[1:],
        choices=choices,
    )


def trend_points(
    groups: Sequence[MetricGroup], frequency: Frequency, zone: ZoneInfo
) -> list[TrendPoint]:
    """Periods as points of a series; the one that holds this moment is not finished."""
    now = timezone.now().astimezone(zone).replace(tzinfo=None)
    starts = [group.start for group in groups if group.start]
    current = max((start for start in starts if start <= now), default=None)
    return [
        TrendPoint(
            start=start,
            label=point_label(start, frequency),
            estimate=group.estimate,
            is_partial=start == current,
        )
        for start, group in zip(starts, groups, strict=True)
    ]


def point_label(start: datetime, frequency: Frequency) -> str:
    """14:00, 24 Aug, Aug 2026; a week is named by its Monday."""
    language = get_language() or "en"
    if frequency == "hour":
        return str(format_time(start, "HH:mm", locale=language))
    return str(format_date(start, POINT_FORMATS[frequency], locale=language))


def fitting(window: Window, n: int) -> Frequency:
    """Days become weeks when there are many days and few answers a day."""
    days = (window.until - window.since).days
    is_thin = window.frequency == "day" and days > DAYS_OF_A_WEEK and n < ENOUGH * days
    return "week" if is_thin else window.frequency


def completed(organisation: Organisation, scope: Scope) -> QuerySet[Response]:
    """The responses that count, in the scope."""
    rows = Response.objects.within(organisation).filter(
        survey=scope.survey,
        state=ResponseState.COMPLETED,
        answered_at__gte=scope.window.since,
        answered_at__lt=scope.window.until,
    )
    if scope.channel:
        rows = rows.filter(channel=scope.channel)
    return rows.filter(place=scope.place_id) if scope.place_id else rows


def place_name(organisation: Organisation, place_id: UUID) -> str:
    """The name of the organisation's place; empty if it has no such place."""
    names = Place.objects.within(organisation).filter(pk=place_id)
    return names.values_list("name", flat=True).first() or ""


def _part(scope: Scope, question: Question) -> Slice:
    return Slice(
        scope.survey,
        question.key,
        question.kind,
        scope.window.since,
        scope.window.until,
        scope.channel,
        scope.place_id,
    )


def _scored(
    organisation: Organisation, scope: Scope, question: Question, language: str
) -> ScoredResult:
    group = score_groups(organisation, _part(scope, question))[0]
    labels = tuple(question.labels[value][language] for value in sorted(question.labels))
    return ScoredResult(question, question.text[language], group, labels)


def _channels(organisation: Organisation, part: Slice) -> list[Segment]:
    """Every channel that was answered on; a chosen one stands beside the others."""
    groups = score_groups(organisation, replace(part, channel=""), "channel")
    return [
        Segment(group.key, channel_name(group.key), group.estimate)
        for group in groups
        if group.estimate.n
    ]


def _places(organisation: Organisation, part: Slice) -> list[Segment]:
    """Every place that was answered at; answers without a place are in the headline only."""
    groups = score_groups(organisation, replace(part, place_id=None), "place")
    return [
        Segment(group.key, group.label, group.estimate)
        for group in groups
        if group.key and group.estimate.n
    ]


def _choices(
    organisation: Organisation, scope: Scope, question: Question, language: str
) -> ChoiceResult:
    rows = (
        completed(organisation, scope)
        .order_by()
        .annotate(chosen=KeyTransform(question.key, "answers"))
        .values_list("chosen")
        .annotate(n=Count("pk"))
    )
    counts: dict[str, int] = {}
    answered = skipped = 0
    for chosen, n in rows:
        picked = chosen if isinstance(chosen, list) else [chosen] if chosen else []
        answered, skipped = (answered + n, skipped) if picked else (answered, skipped + n)
        for choice in picked:
            counts[choice] = counts.get(choice, 0) + n
    bars = [
        Bar(choice.text[language], counts.get(choice.id, 0), counts.get(choice.id, 0) / answered)
        for choice in question.choices
        if answered
    ]
    bars.sort(key=lambda bar: -bar.count)
    return ChoiceResult(question, question.text[language], answered, skipped, bars)
