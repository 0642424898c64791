"""The text of a message as the telephone will show it."""

import re
from functools import lru_cache

from channels_out.kinds.base import Envelope
from cxhub.lib.sms.segments import merge_value

MAX_TEXT = 1600

_LINK = re.compile(r"https?://\S+")


def rendered(envelope: Envelope) -> str:
    """Return the text with its slots filled in one pass; a value is never searched for slots."""
    return "".join(pieces(envelope))


def pieces(envelope: Envelope) -> list[str]:
    """Return the text in pieces: at even places what is written, at odd places a slot's value."""
    slots = envelope.slots
    splitter = _splitter(frozenset(slots))
    if splitter is None:
        return [envelope.text]
    parts = splitter.split(envelope.text)
    parts[1::2] = [_fit(slots[name]) for name in parts[1::2]]
    return parts


def _fit(value: str) -> str:
    # A link cut short leads nowhere; everything else a customer typed is kept to one line's part.
    return value if _LINK.fullmatch(value) else merge_value(value)


@lru_cache(maxsize=128)
def _splitter(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(r"\{(" + "|".join(re.escape(name) for name in sorted(names)) + r")\}")
