"""When a customer may be written to: windows in his own time, whatever the clock does."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import holidays

MONDAY_TO_SATURDAY = frozenset(range(6))
EVERY_DAY = frozenset(range(7))

_LONGEST_SEARCH = 400  # days: a year of forbidden days cannot hang a worker


class UnknownZone(ValueError):
    """The name is not an IANA time zone."""


@dataclass(frozen=True, slots=True)
class Window:
    """Allowed hours, local time: from `start` to just before `end` (midnight: end of the day).

    `holidays` is a country, with a subdivision if one matters ("FR", "FR-57", "FR-974"), whose
    public holidays are forbidden; empty: holidays are like other days.
    """

    start: time
    end: time
    weekdays: frozenset[int] = MONDAY_TO_SATURDAY
    holidays: str = ""

    def __post_init__(self) -> None:
        """Refuse a window that never opens."""
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("a window needs weekdays from 0 (Monday) to 6")
        if self.end != time(0) and self.end <= self.start:
            raise ValueError("a window ends after it starts, on the same day")


SURVEYS_BY_SMS = Window(time(8), time(20), MONDAY_TO_SATURDAY, "FR")
ALWAYS = Window(time(0), time(0), EVERY_DAY)


class SendingHours(NamedTuple):
    """From when on a customer may be sent a survey (at once, when hours are open), until when."""

    opens: datetime
    closes: datetime


@lru_cache(maxsize=1024)
def sending_hours(instant: datetime, *, zone: str, home_zone: str, country: str) -> SendingHours:
    """Return the hours that are open at, or open next after, an instant.

    They are the customer's: his own time zone where it is known, else his organisation's
    (`home_zone`), without Sundays and the public holidays of its country.
    """
    clock = zone if zone in _zones() else home_zone
    window = _survey_window(country)
    opens = next_allowed(instant, clock, window)
    return SendingHours(opens, closing(opens, clock, window))


def next_allowed(instant: datetime, zone: str, window: Window) -> datetime:
    """Return `instant` when the window is open there and then, else its next opening, in UTC."""
    moment = _utc(instant)
    clock = _clock(zone)
    day = moment.astimezone(clock).date()
    for offset in range(_LONGEST_SEARCH):
        opening, closing = _opening_hours(day + timedelta(days=offset), clock, window)
        if opening < closing and moment < closing:
            return max(moment, opening)
    raise ValueError("the window does not open within a year")


def is_allowed(instant: datetime, zone: str, window: Window) -> bool:
    """Return whether the window is open at this instant."""
    return next_allowed(instant, zone, window) == _utc(instant)


def closing(instant: datetime, zone: str, window: Window) -> datetime:
    """Return when the window that is open at (or opens next after) `instant` closes, in UTC."""
    opened = next_allowed(instant, zone, window)
    clock = _clock(zone)
    return _opening_hours(opened.astimezone(clock).date(), clock, window)[1]


def local_instant(day: date, at: time, zone: str) -> datetime:
    """Return the UTC instant of a local time: skipped → first valid after, repeated → first."""
    return _instant(day, at, _clock(zone))


def is_holiday(day: date, calendar: str) -> bool:
    """Return whether the day is a public holiday of a country or subdivision ("FR", "FR-57")."""
    return bool(calendar) and day in _holidays(calendar, day.year)


@lru_cache(maxsize=256)
def _survey_window(country: str) -> Window:
    """The hours for surveys; a country whose holidays nobody has written down has none."""
    try:
        is_holiday(date(2026, 1, 1), country)
    except NotImplementedError:
        return replace(SURVEYS_BY_SMS, holidays="")
    return replace(SURVEYS_BY_SMS, holidays=country)


def _opening_hours(day: date, clock: ZoneInfo, window: Window) -> tuple[datetime, datetime]:
    """Return opening and closing of a day; a closed day closes as it opens."""
    opening = _instant(day, window.start, clock)
    if day.weekday() not in window.weekdays or is_holiday(day, window.holidays):
        return opening, opening
    if window.end == time(0):
        return opening, _instant(day + timedelta(days=1), time(0), clock)
    return opening, _instant(day, window.end, clock)


def _instant(day: date, at: time, clock: ZoneInfo) -> datetime:
    wall = datetime.combine(day, at, tzinfo=clock)  # fold 0: the first of two
    instant = wall.astimezone(UTC)
    if instant.astimezone(clock).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The clock jumps over this time. With fold 0 the offset before the jump was used, so the
    # result lies after the jump by as much as the wall time lies after its start.
    return _jump(instant, clock)


def _jump(after: datetime, clock: ZoneInfo) -> datetime:
    """Return the instant of the last change of offset before `after`; on a whole second."""
    low, high = after - timedelta(hours=26), after
    offset = high.astimezone(clock).utcoffset()
    while high - low > timedelta(milliseconds=100):
        middle = low + (high - low) / 2
        if middle.astimezone(clock).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return instant.astimezone(UTC)


@lru_cache(maxsize=1)
def _zones() -> Collection[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=512)
def _clock(zone: str) -> ZoneInfo:
    if zone not in _zones():
        raise UnknownZone(zone)
    return ZoneInfo(zone)


@lru_cache(maxsize=256)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    country, _, subdivision = calendar.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
