"""What one process notices and all of them act upon for a while.

An alarm is a key in the shared cache. Each process looks at most every few seconds, so asking
costs a look into its own memory. Without the cache each process knows its own alarms only.
"""

import logging
import time

from django.core.cache import caches
from redis.exceptions import RedisError

from cxhub.lib.kept import Kept

logger = logging.getLogger(__name__)

HEARD_FOR = 2.5  # seconds in which another process's alarm may go unheard
AGAIN = 10  # seconds after which it is worth telling the others again
MOST_KEYS = 2_000


class Alarm:
    """Is on for `seconds` after it was turned on for a key."""

    def __init__(self, name: str, seconds: int) -> None:
        self.name, self.seconds = name, seconds
        self.own: Kept[bool] = Kept(seconds, MOST_KEYS)
        self.heard: Kept[bool] = Kept(HEARD_FOR, MOST_KEYS)

    def is_on(self, key: str) -> bool:
        """Whether somebody turned it on; may ask the cache, every few seconds."""
        return self.heard.get_or_make(key, lambda: self._hear(key))

    def turn_on(self, key: str) -> None:
        """Turn it on, or keep it on, for every process."""
        known = self.own.get(key)
        if known is not None and known[0] > time.monotonic() + self.seconds - AGAIN:
            return
        for kept in (self.own, self.heard):
            kept.drop(key)
            kept.get_or_make(key, lambda: True)
        logger.warning("alarm_on", extra={"alarm": self.name, "alarm_key": key})
        try:
            caches["shared"].set(self._name(key), 1, self.seconds)
        except (RedisError, OSError):
            logger.warning("alarm_without_cache", extra={"alarm": self.name})

    def forget(self) -> None:
        """Start this process anew (between tests)."""
        self.own.clear()
        self.heard.clear()

    def _hear(self, key: str) -> bool:
        known = self.own.get(key)
        if known is not None and known[0] > time.monotonic():
            return True
        try:
            return bool(caches["shared"].get(self._name(key)))
        except (RedisError, OSError):
            logger.warning("alarm_without_cache", extra={"alarm": self.name})
            return False

    def _name(self, key: str) -> str:
        return f"alarm:{self.name}:{key}"
