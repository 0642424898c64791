"""How often is too often: counters in this process, and counters that processes share.

The busiest path counts in its own process until somebody has used a quarter of his limit; from
there on the processes add up in the shared cache. What only protects the machine (answers per
survey) stays in the process, and rare events (misses) are always shared. Without the cache each
process allows a quarter.
"""

import logging
import threading
import time
from typing import NamedTuple

from django.core.cache import caches
from redis.exceptions import RedisError

from cxhub.lib.silence import SHARE

logger = logging.getLogger(__name__)

MOST_KEYS = 50_000


class Standing(NamedTuple):
    """Where somebody stands after an event was counted."""

    most: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """How many more may pass in this window."""
        return max(self.most - self.used, 0)

    @property
    def wait(self) -> int:
        """0 when the event may pass, else the seconds until the window ends."""
        return 0 if self.used <= self.most else self.reset


class LocalLimit:
    """At most `most` events per key in a window of `seconds`, counted in this process."""

    def __init__(self, most: int, seconds: int = 60) -> None:
        self.most, self.seconds = most, seconds
        self.began = self.ends = 0.0
        self.counts: dict[str, int] = {}
        self.lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Count one event: 0 when it may pass, else the seconds until the window ends."""
        now = time.time()
        return 0 if self._counted(key, now) <= self.most else self._reset(now)

    def count(self, key: str) -> Standing:
        """Count one event, and say where its maker stands."""
        now = time.time()
        return Standing(self.most, self._counted(key, now), self._reset(now))

    def used(self, key: str) -> int:
        """Count one event: how many there were in this window."""
        return self._counted(key, time.time())

    def _counted(self, key: str, now: float) -> int:
        with self.lock:
            if not self.began <= now < self.ends or len(self.counts) > MOST_KEYS:
                self.began = now // self.seconds * self.seconds
                self.ends, self.counts = self.began + self.seconds, {}
            count = self.counts[key] = self.counts.get(key, 0) + 1
        return count

    def _reset(self, now: float) -> int:
        return int((now // self.seconds + 1) * self.seconds - now) + 1

    def forget(self) -> None:
        """Start anew (between tests)."""
        self.counts = {}


class SharedLimit:
    """The same across processes, in the cache; in this process at a quarter when it is down."""

    def __init__(self, name: str, most: int, seconds: int) -> None:
        self.name, self.most, self.seconds = name, most, seconds
        self.local = LocalLimit(most // SHARE, seconds)

    def wait(self, key: str) -> int:
        """Count one event: 0 when it may pass, else the seconds until the window ends."""
        return self.count(key).wait

    def count(self, key: str, amount: int = 1) -> Standing:
        """Count events, and say where their maker stands."""
        now = time.time()
        window = int(now // self.seconds)
        name = f"limit:{self.name}:{window}:{key}"
        try:
            cache = caches["shared"]
            cache.add(name, 0, self.seconds)
            count = cache.incr(name, amount)
        except (RedisError, OSError, ValueError):
            logger.warning("limit_without_cache", extra={"limit": self.name})
            return self.local.count(key)
        return Standing(self.most, count, int((window + 1) * self.seconds - now) + 1)

    def forget(self) -> None:
        """Start this process anew (between tests)."""
        self.local.forget()


class SpreadLimit:
    """One limit for all processes that asks the cache only about those who come often."""

    def __init__(self, name: str, most: int, seconds: int = 60) -> None:
        self.local = LocalLimit(most, seconds)
        self.shared = SharedLimit(name, most, seconds)
        # Whoever is asked about has used up what is allowed without the cache.
        self.shared.local = LocalLimit(0, seconds)
        self.quiet = most // SHARE

    def is_near(self, key: str) -> bool:
        """Whether the next event may have to ask the shared cache; counts nothing."""
        return self.local.counts.get(key, 0) >= self.quiet

    def wait(self, key: str) -> int:
        """Count one event: 0 when it may pass, else the seconds until the window ends."""
        used = self.local.used(key)
        if used <= self.quiet:
            return 0
        # The first that is not kept to itself brings along those that were.
        amount = used if used == self.quiet + 1 else 1
        return self.shared.count(key, amount).wait

    def forget(self) -> None:
        """Start this process anew (between tests)."""
        self.local.forget()
        self.shared.forget()
