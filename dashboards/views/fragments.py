"""Rendered fragments, made once per version for everybody who may see the same."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable

import redis
from django.core.cache import cache

logger = logging.getLogger(__name__)

LIFETIME = 3600
PATIENCE = 2.0  # seconds to wait for another process that renders the same
LOOK_AGAIN = 0.01

_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)


def rendered_once(key: str, render: Callable[[], str]) -> str:
    """The fragment of a key from the cache, else rendered by one thread while others wait.

    Fifty pages that were nudged ask at the same moment, in several processes. Without the
    cache (the broker is down) each process renders for itself.
    """
    known = _cached(key)
    if known is not None:
        return known
    with _locks[key]:
        known = _cached(key)
        if known is None and not _is_mine(key):
            known = _awaited(key)
        if known is None:
            known = render()
            _keep(key, known)
    _locks.pop(key, None)
    return known


def _cached(key: str) -> str | None:
    try:
        known: str | None = cache.get(key)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
        return None
    return known


def _is_mine(key: str) -> bool:
    """Whether no other process renders this fragment already."""
    try:
        return bool(cache.add(f"{key}:rendering", 1, PATIENCE))
    except redis.RedisError:
        return True


def _awaited(key: str) -> str | None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN)
        if (known := _cached(key)) is not None:
            return known
    return None


def _keep(key: str, fragment: str) -> None:
    try:
        cache.set(key, fragment, LIFETIME)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
