"""Numbers as a person of that language writes them: decimal sign, real minus, thin spaces."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=8192)  # one page writes hundreds of numbers, most of them again and again
def decimal(value: float | Decimal, language: str, digits: int = 0) -> str:
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    written = str(format_decimal(value, format=pattern, locale=language.replace("-", "_")))
    is_zero = not any(character in "123456789" for character in written)
    return written.lstrip("-") if is_zero else written.replace("-", MINUS)


def signed(value: float | Decimal, language: str, digits: int = 0) -> str:
    written = decimal(value, language, digits)
    is_zero = not any(character in "123456789" for character in written)
    return written if is_zero or written.startswith(MINUS) else f"+{written}"


def percent(value: float | Decimal, language: str, digits: int = 0) -> str:
    """A share of 0..100; French keeps the sign away from the number, English does not."""
    space = NO_BREAK if language.startswith("fr") else ""
    return f"{decimal(value, language, digits)}{space}%"


def compact(value: int, language: str) -> str:
    """A count in at most four characters: 999, 1.2k, 12k, 3.4M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{decimal(value / size, language, 1 if value < 10 * size else 0)}{letter}"
    return decimal(value, language)
