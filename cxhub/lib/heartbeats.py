"""When the rounds that nobody asks for last ran, over all processes: the clock's and the sweeper's.

The marks live in the shared cache. Without it they are not known, which its own check tells.
"""

import logging
import time

from django.core.cache import caches
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

CLOCK, SWEEPER = "clock", "sweeper"


def beat(name: str) -> None:
    """A round of this name has come to its end; while the cache is away, nothing is noted."""
    try:
        caches["shared"].set(_key(name), time.time(), None)
    except (RedisError, OSError):
        logger.warning("beat_without_cache", extra={"beat": name})


def silences() -> dict[str, float | None]:
    """Seconds since each last round, None where there was none; empty while the cache is away."""
    try:
        marks = caches["shared"].get_many([_key(CLOCK), _key(SWEEPER)])
    except (RedisError, OSError):
        return {}
    now = time.time()
    return {
        name: max(now - marks[_key(name)], 0.0) if _key(name) in marks else None
        for name in (CLOCK, SWEEPER)
    }


def _key(name: str) -> str:
    return f"beat:{name}"
