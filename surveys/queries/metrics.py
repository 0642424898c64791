"""The one metric engine: histograms from the rollups, judged by `surveys.scoring`.

Pages, API, exports and alerts read numbers here and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pandas as pd
from django.db.models import Count, F, QuerySet

from accounts.models import Organisation, Place
from surveys.definition import Definition
from surveys.enums import ResponseState
from surveys.models import Response, ScoreRollup, Survey
from surveys.scoring import Estimate, empty_counts, estimate, merged

GroupBy = Literal["", "channel", "place", "day", "week", "month"]

PERIODS = {"day": "D", "week": "W-SUN", "month": "M"}
UNCOUNTED = (
    ResponseState.PARTIAL,
    ResponseState.QUARANTINED,
    ResponseState.EXCLUDED,
    ResponseState.WITHDRAWN,
)


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

    `key` is a channel, a place's id ("" for none), or the first day of a period; `excluded`
    says how many answers are not in n, by reason.
    """

    key: str
    label: str
    counts: tuple[int, ...]
    estimate: Estimate
    excluded: dict[str, int] = field(default_factory=dict)
    start: date | None = None


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

    Periods come complete, empty ones with n = 0, in the organisation's time zone.
    """
    if group_by in PERIODS:
        return _by_period(organisation, part, PERIODS[group_by])
    if group_by == "channel":
        return _by_dimension(organisation, part, "channel")
    if group_by == "place":
        return _by_dimension(organisation, part, "place_id")
    rows = _rollups(organisation, part).values_list("counts", "skipped")
    excluded = {"skipped": sum(row[1] for row in rows)}
    excluded |= uncounted(organisation, part)
    return [_group("", "", [row[0] for row in rows], part, excluded)]


def uncounted(organisation: Organisation, part: Slice) -> dict[str, int]:
    """How many responses of the slice do not count, by state."""
    responses = Response.objects.within(organisation).filter(
        survey=part.survey,
        state__in=UNCOUNTED,
        answered_at__gte=part.since,
        answered_at__lt=part.until,
        **_where(part),
    )
    by_state = dict(responses.values_list("state").annotate(n=Count("pk")))
    return {state.value: by_state.get(state.value, 0) for state in UNCOUNTED}


def _where(part: Slice) -> dict[str, str | UUID]:
    where: dict[str, str | UUID] = {}
    if part.channel:
        where["channel"] = part.channel
    if part.place_id:
        where["place"] = part.place_id
    return where


def _rollups(organisation: Organisation, part: Slice) -> QuerySet[ScoreRollup]:
    return ScoreRollup.objects.within(organisation).filter(
        survey=part.survey,
        question_key=part.question_key,
        metric=part.metric,
        hour__gte=part.since,
        hour__lt=part.until,
        **_where(part),
    )


def _by_dimension(organisation: Organisation, part: Slice, column: str) -> list[MetricGroup]:
    histograms: dict[str, list[list[int]]] = {}
    skipped: dict[str, int] = {}
    rows = _rollups(organisation, part).values_list(F(column), "counts", "skipped")
    for value, counts, skips in rows:
        key = str(value or "")
        histograms.setdefault(key, []).append(counts)
        skipped[key] = skipped.get(key, 0) + skips
    labels = _place_names(organisation) if column == "place_id" else {}
    return [
        _group(key, labels.get(key, key), counts, part, {"skipped": skipped[key]})
        for key, counts in sorted(histograms.items())
    ]


def _place_names(organisation: Organisation) -> dict[str, str]:
    places = Place.objects.within(organisation).values_list("pk", "name")
    return {str(pk): name for pk, name in places}


def _by_period(organisation: Organisation, part: Slice, frequency: str) -> list[MetricGroup]:
    zone = ZoneInfo(organisation.timezone)
    rows = list(_rollups(organisation, part).values_list("hour", "counts", "skipped"))
    hours = pd.DatetimeIndex([row[0] for row in rows], tz="UTC").tz_convert(zone)
    frame = pd.DataFrame([[*row[1], row[2]] for row in rows], columns=range(12))
    frame["period"] = hours.tz_localize(None).to_period(frequency)
    totals = frame.groupby("period").sum()
    return [
        _period_group(period, totals.loc[period].tolist() if period in totals.index else [], part)
        for period in _periods(part, zone, frequency)
    ]


def _periods(part: Slice, zone: ZoneInfo, frequency: str) -> pd.PeriodIndex:
    first = pd.Timestamp(part.since).tz_convert(zone).tz_localize(None)
    last = pd.Timestamp(part.until).tz_convert(zone).tz_localize(None) - pd.Timedelta("1us")
    return pd.period_range(first, last, freq=frequency)


def _period_group(period: pd.Period, totals: list[int], part: Slice) -> MetricGroup:
    counts = [int(count) for count in totals[:11]] or empty_counts()
    start = period.start_time.date()
    return MetricGroup(
        key=start.isoformat(),
        label="",
        counts=tuple(counts),
        estimate=estimate(part.metric, counts),
        excluded={"skipped": int(totals[11]) if totals else 0},
        start=start,
    )


def _group(
    key: str, label: str, histograms: Iterable[list[int]], part: Slice, excluded: dict[str, int]
) -> MetricGroup:
    counts = merged(empty_counts(), *histograms)
    return MetricGroup(key, label, tuple(counts), estimate(part.metric, counts), excluded)
