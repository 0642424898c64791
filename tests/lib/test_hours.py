"""Windows open and close in the customer's own time, whatever the clock or the calendar does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.hours import (
    ALWAYS,
    EVERY_DAY,
    MONDAY_TO_SATURDAY,
    SURVEYS_BY_SMS,
    UnknownZone,
    Window,
    closing,
    is_allowed,
    is_holiday,
    local_instant,
    next_allowed,
    sending_hours,
)

PARIS = "Europe/Paris"
NIGHT = Window(time(2, 30), time(4), EVERY_DAY)
SHORT_NIGHT = Window(time(2, 15), time(2, 45), EVERY_DAY)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "window", "expected"),
    [
        # Saturday 21 November 2026, Paris is UTC+1.
        ("2026-11-21T10:00", PARIS, SURVEYS_BY_SMS, "2026-11-21T10:00"),
        ("2026-11-21T07:00", PARIS, SURVEYS_BY_SMS, "2026-11-21T07:00"),
        ("2026-11-21T06:59:59", PARIS, SURVEYS_BY_SMS, "2026-11-21T07:00"),
        ("2026-11-21T18:59:59", PARIS, SURVEYS_BY_SMS, "2026-11-21T18:59:59"),
        ("2026-11-21T19:00", PARIS, SURVEYS_BY_SMS, "2026-11-23T07:00"),
        ("2026-11-22T10:00", PARIS, SURVEYS_BY_SMS, "2026-11-23T07:00"),
        # Christmas 2026 is a Friday; Ascension 2027 falls on 6 May.
        ("2026-12-24T20:00", PARIS, SURVEYS_BY_SMS, "2026-12-26T07:00"),
        ("2027-05-06T10:00", PARIS, SURVEYS_BY_SMS, "2027-05-07T06:00"),
        # 27 March 2027 is the Saturday before the clocks go forward.
        ("2027-03-27T20:00", PARIS, SURVEYS_BY_SMS, "2027-03-30T06:00"),
        # 02:30 does not exist on 28 March 2027: the first valid instant is 03:00 local.
        ("2027-03-28T00:00", PARIS, NIGHT, "2027-03-28T01:00"),
        # The whole window falls into the gap: next day.
        ("2027-03-28T00:00", PARIS, SHORT_NIGHT, "2027-03-29T00:15"),
        # 02:30 exists twice on 25 October 2026: the first one counts.
        ("2026-10-24T23:00", PARIS, NIGHT, "2026-10-25T00:30"),
        ("2026-10-25T01:20", PARIS, SHORT_NIGHT, "2026-10-26T01:15"),
        ("2026-11-20T10:00", "Pacific/Auckland", SURVEYS_BY_SMS, "2026-11-20T19:00"),
        ("2026-11-21T00:00", "Asia/Kathmandu", SURVEYS_BY_SMS, "2026-11-21T02:15"),
        ("2026-11-21T23:30", "America/Sao_Paulo", SURVEYS_BY_SMS, "2026-11-23T11:00"),
        ("2026-11-22T03:00", PARIS, ALWAYS, "2026-11-22T03:00"),
    ],
)
def test_next_allowed(instant: str, zone: str, window: Window, expected: str) -> None:
    assert next_allowed(at(instant), zone, window) == at(expected)


@pytest.mark.parametrize(
    ("day", "calendar", "expected"),
    [
        ("2027-03-29", "FR", True),
        ("2027-05-17", "FR", True),
        ("2027-03-26", "FR", False),
        ("2027-03-26", "FR-57", True),
        ("2026-12-26", "FR", False),
        ("2026-12-26", "FR-6AE", True),
        ("2026-12-20", "FR-974", True),
        ("2026-12-25", "", False),
    ],
)
def test_holidays_follow_the_place(day: str, calendar: str, expected: bool) -> None:
    assert is_holiday(date.fromisoformat(day), calendar) is expected


def test_closing_bounds_how_long_a_message_may_wait() -> None:
    assert closing(at("2026-11-20T15:00"), PARIS, SURVEYS_BY_SMS) == at("2026-11-20T19:00")
    assert closing(at("2026-11-21T22:00"), PARIS, SURVEYS_BY_SMS) == at("2026-11-23T19:00")
    assert closing(at("2026-11-22T12:00"), PARIS, ALWAYS) == at("2026-11-22T23:00")


@pytest.mark.parametrize(
    ("instant", "zone", "country", "opens", "closes"),
    [
        ("2026-11-20T10:00", "", "FR", "2026-11-20T10:00", "2026-11-20T19:00"),
        ("2026-11-20T10:00", "Europe/Nowhere", "FR", "2026-11-20T10:00", "2026-11-20T19:00"),
        ("2026-11-20T10:00", "America/Sao_Paulo", "FR", "2026-11-20T11:00", "2026-11-20T23:00"),
        # The eighth of May is a holiday in France; of the country ZZ nobody knows any.
        ("2026-05-08T10:00", "", "FR", "2026-05-09T06:00", "2026-05-09T18:00"),
        ("2026-05-08T10:00", "", "DE", "2026-05-08T10:00", "2026-05-08T18:00"),
        ("2026-05-08T10:00", "", "ZZ", "2026-05-08T10:00", "2026-05-08T18:00"),
        ("2026-12-25T10:00", "", "ZZ", "2026-12-25T10:00", "2026-12-25T19:00"),
        ("2026-11-22T10:00", "", "ZZ", "2026-11-23T07:00", "2026-11-23T19:00"),
    ],
)
def test_sending_hours_are_the_customers(
    instant: str, zone: str, country: str, opens: str, closes: str
) -> None:
    """AB-39: planning and claim ask this one function."""
    found = sending_hours(at(instant), zone=zone, home_zone=PARIS, country=country)

    assert found == (at(opens), at(closes))


def test_a_skipped_day_is_skipped() -> None:
    assert local_instant(date(2011, 12, 30), time(10), "Pacific/Apia") == at("2011-12-30T10:00")


@pytest.mark.parametrize("zone", ["", "CET+1", "../../etc/passwd", "Europe/Nowhere", "\x00"])
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        next_allowed(at("2026-11-21T10:00"), zone, ALWAYS)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [(time(10), time(9), EVERY_DAY), (time(8), time(20), frozenset()), (time(8), time(8), {0})],
)
def test_a_window_that_never_opens_is_refused(start: time, end: time, days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(start, end, frozenset(days))


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_allowed(datetime(2026, 11, 21), PARIS, ALWAYS)


@given(
    instant=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    zone=st.sampled_from(
        [PARIS, "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo", "Australia/Lord_Howe"]
    ),
    start=st.times().map(lambda value: value.replace(microsecond=0)),
    length=st.integers(1, 20),
)
def test_next_allowed_is_never_early_and_always_inside(
    instant: datetime, zone: str, start: time, length: int
) -> None:
    end = (datetime.combine(date(2026, 1, 1), start) + timedelta(hours=length)).time()
    window = Window(start, end if end > start else time(0), MONDAY_TO_SATURDAY, "FR")
    asked = instant.replace(tzinfo=UTC)

    allowed = next_allowed(asked, zone, window)

    assert allowed >= asked
    assert is_allowed(allowed, zone, window)
    assert allowed < closing(allowed, zone, window)
