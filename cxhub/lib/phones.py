"""Telephone numbers: one spelling (E.164) for each, and what each can receive."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

MAX_TYPED = 40

# The countries that numbers may belong to (ISO 3166 alpha-2).
REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)

# Ranges the regulators keep free for films and examples. They reach nobody, so libphonenumber
# calls them invalid; demonstrations and tests need them precisely because they reach nobody.
_FICTION = re.compile(r"\+(3363998\d{4}|447700900\d{3})")

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹣-"), "-")


class LineKind(StrEnum):
    """What a number is, as far as sending to it is concerned."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EITHER = "either"
    OTHER = "other"


class PhoneError(ValueError):
    """A number nobody may be reached on; `code` is stable, the wording belongs to the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


EMPTY = "empty"
INVALID = "invalid"
REGION_MISSING = "region_missing"
EXTENSION = "extension"
PREMIUM_RATE = "premium_rate"
SHARED_COST = "shared_cost"
UNKNOWN_TYPE = "unknown_type"

_REFUSED = {
    PhoneNumberType.PREMIUM_RATE: PREMIUM_RATE,
    # British 070 "personal" numbers are billed like premium ones and abused like them.
    PhoneNumberType.PERSONAL_NUMBER: PREMIUM_RATE,
    PhoneNumberType.SHARED_COST: SHARED_COST,
    PhoneNumberType.UNKNOWN: UNKNOWN_TYPE,
}
_KINDS = {
    PhoneNumberType.MOBILE: LineKind.MOBILE,
    PhoneNumberType.FIXED_LINE: LineKind.LANDLINE,
    # North America: the plan does not tell mobile from fixed, so sending must be allowed to try.
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineKind.EITHER,
}


def normalise(value: str, region: str = "FR") -> str:
    """Return the number in E.164, reading national notation as dialled in `region`."""
    typed = _plain(value)
    if not typed:
        raise PhoneError(EMPTY)
    if len(typed) > MAX_TYPED or re.search(r"[^\d+()./\s,;:#xet-]", typed, re.IGNORECASE):
        raise PhoneError(INVALID)
    number = _parsed(typed, region)
    if number.extension:
        raise PhoneError(EXTENSION)
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _FICTION.fullmatch(spelled):
        return spelled
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(INVALID)
    refusal = _REFUSED.get(phonenumbers.number_type(number))
    if refusal is not None:
        raise PhoneError(refusal)
    return spelled


@lru_cache(maxsize=4096)
def line_kind(number: str) -> LineKind:
    """Return what kind of line a normalised number is."""
    if _FICTION.fullmatch(number):
        return LineKind.MOBILE
    return _KINDS.get(phonenumbers.number_type(phonenumbers.parse(number)), LineKind.OTHER)


def can_receive_sms(number: str) -> bool:
    """Return whether a text message sent to this normalised number may arrive."""
    return line_kind(number) in (LineKind.MOBILE, LineKind.EITHER)


@lru_cache(maxsize=4096)
def region_of(number: str) -> str:
    """Return the country (ISO 3166 alpha-2) of a normalised number, or an empty string."""
    parsed = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(parsed)
    return region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def _plain(value: str) -> str:
    """Fold full-width and Arabic digits, odd dashes and odd spaces into what people dial."""
    folded = unicodedata.normalize("NFKC", value).translate(_DASHES)
    kept = []
    for character in folded:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif unicodedata.category(character) != "Cf":  # bidi marks pasted from address books
            kept.append(character)
    typed = "".join(kept).strip().removeprefix("tel:")
    return re.sub(r"^00", "+", typed)


def _parsed(typed: str, region: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(typed, region.upper() or None)
    except phonenumbers.NumberParseException as error:
        missing = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        national = not typed.startswith("+")
        raise PhoneError(REGION_MISSING if missing and national else INVALID) from error
