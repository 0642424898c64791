"""Template filters that write numbers as French and English readers expect them."""

from decimal import ROUND_HALF_EVEN, Decimal

from django.template import Library
from django.utils.translation import get_language, pgettext

register = Library()

MINUS = "\u2212"
NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
NO_DATA = "—"

Number = int | float | Decimal


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


def _write(value: Number, decimals: int) -> str:
    step = Decimal(1).scaleb(-decimals)
    # Half to even, as the charts do; through str, so that 0.285 is rounded as it is written.
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_EVEN)
    text = f"{abs(rounded):,f}"
    if _is_french():
        text = text.replace(",", NARROW_NO_BREAK).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


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
    text = _write(value, decimals)
    is_zero = not text.strip("0.,")
    return text if is_zero or text.startswith(MINUS) else f"+{text}"


@register.filter
def margin(value: Number | None, decimals: int = 0) -> str:
    """Write a margin of error: ± 7."""
    return "" if value is None else f"±{NO_BREAK}{_write(max(value, -value), decimals)}"


@register.filter
def percent(ratio: Number | None, decimals: int = 0) -> str:
    """Write a ratio between 0 and 1 as a percentage: 52% or 52 %."""
    if ratio is None:
        return NO_DATA
    text = _write(Decimal(str(ratio)) * 100, decimals)
    return f"{text}{NO_BREAK}%" if _is_french() else f"{text}%"


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
    parts = [f"{count}{NO_BREAK}{unit}" for count, unit in units if count]
    return " ".join(parts[:2]) or f"0{NO_BREAK}{units[-1][1]}"
