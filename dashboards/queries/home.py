"""What the first page shows: what waits for somebody, today, the last surveys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from accounts.models import Organisation
from cases.queries.cases import open_cases
from channels_out.enums import MessageState
from channels_out.queries.channels import default_channel
from cxhub.lib.charts.axis import TrendPoint
from dashboards.enums import Period
from dashboards.queries.results import definition_for, trend_points
from dashboards.queries.windows import Window, window
from journeys.enums import OutreachState
from journeys.models import Outreach
from surveys.enums import CollectorKind, ResponseState, SurveyState
from surveys.models import Collector, Response, Survey
from surveys.queries.doors import collector_url, collectors, is_only_here
from surveys.queries.metrics import MetricGroup, Slice, main_slice, score_groups, score_series
from surveys.queries.surveys import surveys
from surveys.scoring import INDICATIVE_BELOW, METRICS, Estimate, estimate, merged

LAST = 5
RECENTLY = timedelta(days=7)
RATE_OVER = timedelta(days=30)
FAILED = (MessageState.FAILED, MessageState.UNDELIVERED)
ASKED = (OutreachState.SENT, OutreachState.ANSWERED)
OVERDUE_SHOWN = 3


@dataclass(frozen=True)
class FailedSend:
    """A send of the last days whose messages did not all arrive."""

    pk: UUID
    name: str
    failures: int


@dataclass(frozen=True)
class Todo:
    """What cannot wait."""

    overdue_cases: int
    waiting_cases: int
    failed_sends: list[FailedSend]
    lacks_email: bool

    @property
    def is_empty(self) -> bool:
        cases = self.overdue_cases or self.waiting_cases
        return not (cases or self.failed_sends or self.lacks_email)


@dataclass(frozen=True)
class SurveyLine:
    """A survey with its last ninety days."""

    survey: Survey
    metric: str
    points: list[TrendPoint]
    estimate: Estimate | None
    responses: int


@dataclass(frozen=True)
class Today:
    """Today's answers, the score of the survey that is answered most, and who answers."""

    responses: int
    line: SurveyLine | None
    today: Estimate | None
    asked: int
    answered: int

    @property
    def response_rate(self) -> float | None:
        """Answered among asked, over a month; none of a few, and public doors have no rate."""
        return self.answered / self.asked if self.asked >= INDICATIVE_BELOW else None


@dataclass(frozen=True)
class Onboarding:
    """The first steps, each ticked by a fact and never by a click."""

    has_survey: bool
    has_published: bool
    has_answered: bool
    has_sent: bool
    survey: Survey | None
    door: Collector | None
    is_only_here: bool = False

    @property
    def address(self) -> str:
        """The door's address, as a link on this page."""
        return collector_url(self.door) if self.door else ""

    @property
    def done(self) -> int:
        return sum((self.has_survey, self.has_published, self.has_answered, self.has_sent))

    @property
    def is_finished(self) -> bool:
        return self.done == 4


def todo(organisation: Organisation) -> Todo:
    """Cases past their date, new cases, sends with failures, no way for alerts to leave."""
    now = timezone.now()
    due = list(open_cases(organisation).values_list("due_at", "state"))
    failures = (
        Outreach.objects.within(organisation)
        .filter(send__isnull=False, message__state__in=FAILED, created_at__gte=now - RECENTLY)
        .order_by()
        .values_list("send", "send__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "send__name")
    )
    overdue = sum(due_at < now for due_at, _state in due)
    waiting = sum(due_at >= now and state == "new" for due_at, state in due)
    return Todo(
        overdue_cases=overdue,
        waiting_cases=waiting,
        failed_sends=[FailedSend(*row) for row in failures[:OVERDUE_SHOWN]],
        lacks_email=default_channel(organisation, "email") is None,
    )


def survey_lines(
    organisation: Organisation, rows: Sequence[Survey], now: datetime
) -> list[SurveyLine]:
    """Some surveys with the trend of their main score, in one query."""
    quarter = window(organisation, Period.QUARTER, now)
    parts = {survey.pk: _part(survey, quarter) for survey in rows}
    series = score_series(organisation, [part for part in parts.values() if part], "week")
    zone = ZoneInfo(organisation.timezone)
    return [_line(survey, parts[survey.pk], series.get(survey.pk, []), zone) for survey in rows]


def last_surveys(organisation: Organisation) -> list[Survey]:
    return list(surveys(organisation)[:LAST])


def today(organisation: Organisation, lines: Sequence[SurveyLine], now: datetime) -> Today:
    """Today in the organisation's time zone."""
    day = window(organisation, Period.TODAY, now)
    responses = (
        Response.objects.within(organisation)
        .filter(state=ResponseState.COMPLETED, answered_at__gte=day.since)
        .count()
    )
    answered = [line for line in lines if line.responses]
    busiest = max(answered, key=lambda line: line.responses, default=None)
    part = _part(busiest.survey, day) if busiest and responses else None
    asked, replied = _asked_and_answered(organisation, now)
    return Today(
        responses=responses,
        line=busiest,
        today=score_groups(organisation, part)[0].estimate if part else None,
        asked=asked,
        answered=replied,
    )


def onboarding(organisation: Organisation) -> Onboarding:
    """Which first steps are facts by now."""
    published = surveys(organisation, state=SurveyState.LIVE).order_by("created_at").first()
    has_survey = Survey.objects.within(organisation).exists()
    has_answered = Response.objects.within(organisation).exists()
    has_sent = Outreach.objects.within(organisation).filter(state__in=ASKED).exists()
    return Onboarding(
        has_survey=has_survey,
        has_published=published is not None or has_answered,
        has_answered=has_answered,
        has_sent=has_sent,
        survey=published,
        door=_door(organisation, published) if published and not has_answered else None,
        is_only_here=is_only_here(settings.SHORT_URL),
    )


def _door(organisation: Organisation, survey: Survey) -> Collector | None:
    doors = collectors(organisation, survey).filter(is_open=True)
    return doors.filter(kind__in=[CollectorKind.LINK, CollectorKind.QR]).first()


def _asked_and_answered(organisation: Organisation, now: datetime) -> tuple[int, int]:
    states = dict(
        Outreach.objects.within(organisation)
        .filter(state__in=ASKED, decided_at__gte=now - RATE_OVER)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return sum(states.values()), states.get(OutreachState.ANSWERED, 0)


def _part(survey: Survey, when: Window) -> Slice | None:
    return main_slice(definition_for(survey), survey, when.since, when.until)


def _line(
    survey: Survey, part: Slice | None, groups: Sequence[MetricGroup], zone: ZoneInfo
) -> SurveyLine:
    if part is None or part.metric not in METRICS:
        return SurveyLine(survey, "", [], None, 0)
    total = estimate(part.metric, merged(*(group.counts for group in groups)))
    skipped = sum(group.excluded["skipped"] for group in groups)
    points = trend_points(groups, "week", zone)
    return SurveyLine(survey, part.metric, points, total, total.n + skipped)
