"""The languages that we speak, and which of them fits a reader."""

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

SUPPORTED = tuple(code for code, _name in settings.LANGUAGES)


def from_accept_header(header: str) -> str:
    """The first supported language of an Accept-Language header."""
    for code, _quality in parse_accept_lang_header(header[:500].lower()):
        if found := supported(code):
            return found
    return settings.LANGUAGE_CODE


def supported(code: str) -> str | None:
    """`fr` for fr, FR, fr-CA, fr_FR; None for what we do not speak."""
    short = code.lower().replace("_", "-").split("-")[0]
    return short if short in SUPPORTED else None
