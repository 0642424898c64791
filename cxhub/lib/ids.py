"""Time-ordered identifiers (UUID version 7, RFC 9562) made in Python."""

import os
import time
from uuid import UUID

# The two bits that say "RFC 9562", and the two random ones of this digit.
VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def uuid7_text() -> str:
    """A UUIDv7 in its canonical spelling: 48 bits of Unix milliseconds, then 74 random bits."""
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    chance = os.urandom(10).hex()
    variant = VARIANTS[chance[3]]
    return f"{stamp[:8]}-{stamp[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-{chance[7:19]}"


def uuid7() -> UUID:
    """The same as a value."""
    return UUID(uuid7_text())


def parse_uuid(text: str) -> UUID | None:
    """The UUID in its one canonical spelling (lower case, hyphens), or None."""
    try:
        value = UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None
