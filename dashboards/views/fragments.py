"""Rendered fragments, made once per version for everybody who may see the same."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable

import redis
from django.core.cache import cache

logger = logging.getLogger(__name__)

LIFETIME = 3600

_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)


def rendered_once(key: str, render: Callable[[], str]) -> str:
    """The fragment of a key from the cache, else rendered by one thread while others wait.

    Fifty pages that were nudged ask at the same moment. Without the cache (the broker is
    down) each process renders for itself.
    """
    known = _cached(key)
    if known is not None:
        return known
    lock = _locks[key]
    with lock:
        known = _cached(key)
        if known is None:
            known = render()
            _keep(key, known)
    _locks.pop(key, None)
    return known


def _cached(key: str) -> str | None:
    try:
        return cache.get(key)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
        return None


def _keep(key: str, fragment: str) -> None:
    try:
        cache.set(key, fragment, LIFETIME)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
