"""Template filters that write numbers as French and English readers expect them."""

from decimal import Decimal

from django.template import Library
from django.utils.translation import get_language, pgettext

from cxhub.lib import numbers

register = Library()

NO_DATA = "—"

Number = int | float | Decimal


def _language() -> str:
    return get_language() or "en"


def _write(value: Number, decimals: int) -> str:
    # Through str, so that 0.285 is rounded as it is written.
    return numbers.decimal(Decimal(str(value)), _language(), decimals)


@register.filter
def thousands(value: Number | None) -> str:
    """Write a count: 1,000 or 1 000."""
    return NO_DATA if value is None else _write(value, 0)


@register.filter
def decimal(value: Number | None, decimals: int = 1) -> str:
    """Write a number with a fixed count of decimals: 3.4 or 3,4."""
    return NO_DATA if value is None else _write(value, decimals)


@register.filter
def signed_score(value: Number | None, decimals: int = 0) -> str:
    """Write a score with its sign: +34, −12, 0."""
    if value is None:
        return NO_DATA
    return numbers.signed(Decimal(str(value)), _language(), decimals)


@register.filter
def margin(value: Number | None, decimals: int = 0) -> str:
    """Write a margin of error: ± 7."""
    return "" if value is None else f"±{numbers.NO_BREAK}{_write(max(value, -value), decimals)}"


@register.filter
def percent(ratio: Number | None, decimals: int = 0) -> str:
    """Write a ratio between 0 and 1 as a percentage: 52% or 52 %."""
    if ratio is None:
        return NO_DATA
    return numbers.percent(Decimal(str(ratio)) * 100, _language(), decimals)


@register.filter
def duration(seconds: Number | None) -> str:
    """Write a span of time by its two largest units."""
    if seconds is None:
        return NO_DATA
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [
        (days, pgettext("unit", "d")),
        (hours, pgettext("unit", "h")),
        (minutes, pgettext("unit", "min")),
        (rest, pgettext("unit", "s")),
    ]
    parts = [f"{count}{numbers.NO_BREAK}{unit}" for count, unit in units if count]
    return " ".join(parts[:2]) or f"0{numbers.NO_BREAK}{units[-1][1]}"
