"""The one metric engine: histograms from the rollups, judged by `surveys.scoring`.

Pages, API, exports and alerts read numbers here and nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import pandas as pd
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDay, TruncHour

from accounts.models import Organisation, Place
from surveys.definition import Definition
from surveys.enums import ResponseState
from surveys.models import Response, Score, ScoreRollup, Survey
from surveys.queries import openings
from surveys.scoring import BINS, Estimate, estimate

GroupBy: TypeAlias = Literal["", "channel", "place", "hour", "day", "week", "month"]
Frequency: TypeAlias = Literal["hour", "day", "week", "month"]
Row: TypeAlias = tuple[object, ...]

PERIODS = {"hour": "h", "day": "D", "week": "W-SUN", "month": "M"}
HOUR = timedelta(hours=1)
UNCOUNTED = (
    ResponseState.PARTIAL,
    ResponseState.QUARANTINED,
    ResponseState.EXCLUDED,
    ResponseState.WITHDRAWN,
)
REASONS = ("skipped", *(state.value for state in UNCOUNTED))
COLUMNS = ("key", *(f"bin{value}" for value in range(BINS)), *REASONS)


@dataclass(frozen=True)
class Slice:
    """Which answers are looked at: of one question, from `since` until before `until`."""

    survey: Survey
    question_key: str
    metric: str
    since: datetime
    until: datetime
    channel: str = ""
    place_id: UUID | None = None


@dataclass(frozen=True)
class MetricGroup:
    """One group's histogram and estimate.

    `key` is a channel, a place's id ("" for none), or the first day of a period (its first
    moment when periods are hours); `excluded` says how many answers are not in n, by reason.
    """

    key: str
    label: str
    counts: tuple[int, ...]
    estimate: Estimate
    excluded: dict[str, int]
    start: datetime | None = None

    @property
    def day(self) -> date | None:
        return self.start.date() if self.start else None


def main_slice(
    definition: Definition, survey: Survey, since: datetime, until: datetime
) -> Slice | None:
    """The slice of the survey's first scored question; None when it scores nothing."""
    primary = definition.primary
    if primary is None:
        return None
    return Slice(survey, primary.key, primary.kind, since, until)


def score_groups(
    organisation: Organisation, part: Slice, group_by: GroupBy = ""
) -> list[MetricGroup]:
    """The groups of a slice: one for all, per channel, per place, or per local period.

    Periods come complete, empty ones with n = 0, in the organisation's time zone. An hour
    belongs to the day in which it begins.
    """
    zone = ZoneInfo(organisation.timezone)
    rows = [
        *_counted(organisation, part, group_by, zone),
        *_edges(organisation, part, group_by, zone),
        *_uncounted(organisation, part, group_by, zone),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    if group_by in PERIODS:
        return _periods(frame, part, PERIODS[group_by], zone)
    labels = _place_names(organisation) if group_by == "place" else {}
    frame["key"] = [str(key or "") for key in frame["key"]]
    totals = frame.groupby("key").sum()
    if not group_by:
        totals = totals.reindex([""], fill_value=0)
    return [
        _group(part, str(key), labels.get(str(key), str(key)), values)
        for key, *values in totals.itertuples(name=None)
    ]


def score_series(
    organisation: Organisation, parts: Sequence[Slice], frequency: Frequency
) -> dict[UUID, list[MetricGroup]]:
    """The periods of several surveys' slices, by survey, in one query.

    The slices share their dates; what does not count is not looked at.
    """
    if not parts:
        return {}
    zone = ZoneInfo(organisation.timezone)
    which = Q()
    for part in parts:
        which |= Q(survey=part.survey, question_key=part.question_key, metric=part.metric)
    rollups = ScoreRollup.objects.within(organisation).filter(
        which, hour__gte=_floor(parts[0].since), hour__lt=parts[0].until
    )
    rows: dict[UUID, list[Row]] = {part.survey.pk: [] for part in parts}
    for survey_id, *row in _sums(rollups, _moment("hour", frequency, zone), "survey_id"):
        rows[UUID(str(survey_id))].append((*row, *_nothing(len(UNCOUNTED))))
    return {
        part.survey.pk: _periods(
            pd.DataFrame(rows[part.survey.pk], columns=COLUMNS), part, PERIODS[frequency], zone
        )
        for part in parts
    }


def _counted(
    organisation: Organisation, part: Slice, group_by: GroupBy, zone: ZoneInfo
) -> list[Row]:
    """The whole hours of the slice, from the rollups."""
    rollups = ScoreRollup.objects.within(organisation).filter(
        survey=part.survey,
        question_key=part.question_key,
        metric=part.metric,
        hour__gte=_ceiling(part.since),
        hour__lt=_floor(part.until),
        **_where(part),
    )
    rows = _sums(rollups, _key(group_by, "hour", zone))
    return [(*row, *_nothing(len(UNCOUNTED))) for row in rows]


def _sums(rollups: QuerySet[ScoreRollup], key: Combinable, *by: str) -> list[Row]:
    """Per key: the eleven counts and the skips."""
    bins = {f"bin{value}": Sum(F(f"counts__{value}")) for value in range(BINS)}
    grouped = rollups.order_by().annotate(key=key).values(*by, "key")
    totals = grouped.annotate(**bins, skips=Sum("skipped"))
    return list(totals.values_list(*by, "key", *bins, "skips"))


def _edges(organisation: Organisation, part: Slice, group_by: GroupBy, zone: ZoneInfo) -> list[Row]:
    """The answers in the hours that the slice cuts, from the rows that the rollups count."""
    if part.since == _floor(part.since) and part.until == _floor(part.until):
        return []
    head = Q(answered_at__gte=part.since, answered_at__lt=min(_ceiling(part.since), part.until))
    tail = Q(answered_at__gte=max(_floor(part.until), part.since), answered_at__lt=part.until)
    value = Score.objects.within(organisation).filter(
        response=OuterRef("pk"), question_key=part.question_key, metric=part.metric
    )
    rows = (
        _responses(organisation, part)
        .filter(head | tail, state=ResponseState.COMPLETED, rolled_up_at__isnull=False)
        .annotate(
            key=_key(group_by, "answered_at", zone), value=Subquery(value.values("value")[:1])
        )
        .values_list("key", "version_id", "value")
        .annotate(n=Count("pk"))
    )
    return [
        _edge(key, score, n)
        for key, version_id, score, n in rows
        if score is not None or _asks(version_id, part)
    ]


def _edge(key: object, score: int | None, n: int) -> Row:
    bins = [n if value == score else 0 for value in range(BINS)]
    return (key, *bins, n if score is None else 0, *_nothing(len(UNCOUNTED)))


def _asks(version_id: UUID, part: Slice) -> bool:
    """Whether a version has the slice's question, so that not answering it is a skip."""
    version = openings.version(version_id)
    question = version.definition.by_key.get(part.question_key) if version else None
    return question is not None and question.kind == part.metric


def _uncounted(
    organisation: Organisation, part: Slice, group_by: GroupBy, zone: ZoneInfo
) -> list[Row]:
    """The responses of the slice that do not count, by state."""
    rows = (
        _responses(organisation, part)
        .filter(answered_at__gte=part.since, answered_at__lt=part.until, state__in=UNCOUNTED)
        .annotate(key=_key(group_by, "answered_at", zone))
        .values_list("key", "state")
        .annotate(n=Count("pk"))
    )
    return [
        (key, *_nothing(BINS + 1), *(n if state == known else 0 for known in UNCOUNTED))
        for key, state, n in rows
    ]


def _responses(organisation: Organisation, part: Slice) -> QuerySet[Response]:
    responses = Response.objects.within(organisation).filter(survey=part.survey, **_where(part))
    return responses.order_by()


def _where(part: Slice) -> dict[str, str | UUID]:
    where: dict[str, str | UUID] = {}
    if part.channel:
        where["channel"] = part.channel
    if part.place_id:
        where["place"] = part.place_id
    return where


def _key(group_by: GroupBy, moment: str, zone: ZoneInfo) -> Combinable:
    if group_by == "channel":
        return F("channel")
    if group_by == "place":
        return F("place_id")
    return _moment(moment, group_by, zone) if group_by else Value("")


def _moment(column: str, frequency: str, zone: ZoneInfo) -> Combinable:
    """The hour or the local day of a column; longer periods are made of days."""
    if frequency == "hour":
        return TruncHour(column, tzinfo=UTC)
    return TruncDay(column, tzinfo=zone)


def _periods(frame: pd.DataFrame, part: Slice, frequency: str, zone: ZoneInfo) -> list[MetricGroup]:
    moments = pd.to_datetime(frame["key"], utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    frame["key"] = moments.dt.to_period(frequency)
    first = pd.Timestamp(part.since).tz_convert(zone).tz_localize(None)
    last = pd.Timestamp(part.until).tz_convert(zone).tz_localize(None) - pd.Timedelta("1us")
    every = pd.period_range(first, last, freq=frequency)
    totals = frame.groupby("key").sum().reindex(every, fill_value=0)
    return [
        _period(part, period.start_time.to_pydatetime(), values, is_hour=frequency == "h")
        for period, *values in totals.itertuples(name=None)
    ]


def _period(part: Slice, start: datetime, values: Sequence[int], *, is_hour: bool) -> MetricGroup:
    key = start.isoformat(timespec="minutes") if is_hour else start.date().isoformat()
    return _group(part, key, "", values, start)


def _group(
    part: Slice, key: str, label: str, values: Iterable[int], start: datetime | None = None
) -> MetricGroup:
    """`values`: the eleven counts, then the reasons."""
    numbers = [int(value) for value in values]
    counts, reasons = tuple(numbers[:BINS]), numbers[BINS:]
    return MetricGroup(
        key=key,
        label=label,
        counts=counts,
        estimate=estimate(part.metric, counts),
        excluded=dict(zip(REASONS, reasons, strict=True)),
        start=start,
    )


def _place_names(organisation: Organisation) -> dict[str, str]:
    places = Place.objects.within(organisation).values_list("pk", "name")
    return {str(pk): name for pk, name in places}


def _nothing(width: int) -> tuple[int, ...]:
    return (0,) * width


def _floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + HOUR
