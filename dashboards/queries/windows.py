"""From when until when a page looks, and in how fine periods it draws that."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min

from accounts.models import Organisation
from dashboards.enums import Period
from surveys.models import ScoreRollup, Survey
from surveys.queries.metrics import Frequency

DAYS = {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}
FREQUENCIES: dict[str, Frequency] = {
    Period.TODAY: "hour",
    Period.WEEK: "day",
    Period.MONTH: "day",
    Period.QUARTER: "week",
    Period.YEAR: "month",
}
MOST_DAYS = 45  # of "all" drawn by day; longer spans are drawn by week, then by month
MOST_WEEKS = 40


@dataclass(frozen=True)
class Window:
    """A period in local time: both ends are whole hours, so that rollups hold all of it."""

    period: str
    since: datetime
    until: datetime
    frequency: Frequency


def window(
    organisation: Organisation, period: str, now: datetime, first: datetime | None = None
) -> Window:
    """The last days, months or everything since `first`, up to and with the current hour."""
    zone = ZoneInfo(organisation.timezone)
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    today = now.astimezone(zone).date()
    if period == Period.ALL:
        start = min((first or now).astimezone(zone).date(), today)
        frequency = _fitting((today - start).days)
    elif period == Period.YEAR:
        start = _months_back(today.replace(day=1), 11)
        frequency = FREQUENCIES[period]
    else:
        start = today - timedelta(days=DAYS[Period(period)] - 1)
        frequency = FREQUENCIES[period]
    since = datetime.combine(start, time.min, zone)
    return Window(period, since, until, frequency)


def first_answer(organisation: Organisation, survey: Survey) -> datetime | None:
    """The hour of the first answer that counts."""
    rollups = ScoreRollup.objects.within(organisation).filter(survey=survey)
    first: datetime | None = rollups.aggregate(first=Min("hour"))["first"]
    return first


def _fitting(days: int) -> Frequency:
    if days <= MOST_DAYS:
        return "day"
    return "week" if days <= MOST_WEEKS * 7 else "month"


def _months_back(month: date, count: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return month.replace(year=years, month=index + 1)
