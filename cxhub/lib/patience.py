"""How long this process waits for the broker, and what it does without.

Pages never wait for it: whoever finds it silent once says so to the rest of the process, which
then does without for a moment. Nothing is lost: work to be done is a row, a limit counts in the
process, and a fragment is rendered again.
"""

from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from cxhub.lib.silence import BROKER

WAIT = 0.5
TRUSTED_FOR = 0.2  # seconds that one answer speaks for
# A connection that was cut is opened again at once; a server that says nothing is asked once.
OPTIONS = {
    "socket_timeout": WAIT,
    "socket_connect_timeout": WAIT,
    "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
}
MOST_ENTRIES = 50_000


class ImpatientRedis(redis.Redis):
    """A client that asks a silent server once, and then not for a moment."""

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        if BROKER.is_silent:
            raise redis.ConnectionError("The broker was silent a moment ago.")
        try:
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]
        except (redis.ConnectionError, redis.TimeoutError):
            BROKER.fell_silent()
            raise


class _ImpatientClient(RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **{**OPTIONS, **options})
        self._client = ImpatientRedis


class ImpatientCache(RedisCache):
    """The cache that processes share; raises RedisError at once while the broker is silent."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _ImpatientClient


class ForgivingCache(ImpatientCache):
    """The same for libraries that cannot do without: meanwhile it is this process's own."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache("forgiving", {"OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        try:
            return super().add(key, value, timeout, version)
        except redis.RedisError:
            return self.own.add(key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        try:
            return super().get(key, default, version)
        except redis.RedisError:
            return self.own.get(key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        try:
            super().set(key, value, timeout, version)
        except redis.RedisError:
            self.own.set(key, value, timeout, version)

    def delete(self, key: Any, version: Any = None) -> bool:
        try:
            return super().delete(key, version)
        except redis.RedisError:
            return self.own.delete(key, version)


@cache
def client(url: str) -> ImpatientRedis:
    """The process's client of a broker."""
    return ImpatientRedis(connection_pool=redis.ConnectionPool.from_url(url, **OPTIONS))


def broker_answers() -> bool:
    """Whether a bell would be heard now; asks at most five times a second."""
    if BROKER.is_silent:
        return False
    if BROKER.answered_within(TRUSTED_FOR):
        return True
    try:
        client(settings.REDIS_URL).ping()
    except redis.RedisError:
        return False
    BROKER.answered()
    return True
