"""Time-ordered identifiers (UUID version 7, RFC 9562) made in Python."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((random_bits >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random_bits & ((1 << 62) - 1)
    return UUID(int=value)


def parse_uuid(text: str) -> UUID | None:
    """The UUID in its one canonical spelling (lower case, hyphens), or None."""
    try:
        value = UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None
