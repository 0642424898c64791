"""How often something happened that an operator watches, over all processes.

A line of the log says each; these figures are for an alarm. They live in the shared cache: nobody
waits for them, and they begin at zero when it does.
"""

import logging

from django.core.cache import caches
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

NAMES = ("hook_refused", "sid_conflict", "status_unmapped")


def tally(name: str) -> None:
    """Count one; while the cache is away, nothing is counted."""
    key = _key(name)
    try:
        cache = caches["shared"]
        cache.add(key, 0, None)
        cache.incr(key)
    except (RedisError, OSError, ValueError):
        logger.warning("tally_without_cache", extra={"tally": name})


def tallies() -> dict[str, int]:
    """What was counted so far; nothing while the cache is away."""
    try:
        kept = caches["shared"].get_many([_key(name) for name in NAMES])
    except (RedisError, OSError):
        return {}
    return {name: kept.get(_key(name), 0) for name in NAMES}


def _key(name: str) -> str:
    return f"tally:{name}"
