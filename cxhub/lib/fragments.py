"""Rendered fragments, made once per version for everybody who may see the same.

A key names everything that its content depends on, so what is kept never becomes wrong: it
stays in this process's memory, and in the cache for the other processes.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import redis
from django.core.cache import caches

from cxhub.lib.kept import FOR_EVER, Kept

logger = logging.getLogger(__name__)

Made = TypeVar("Made")

LIFETIME = 3600
PATIENCE = 2.0  # seconds to wait for another process that renders the same
LOOK_AGAIN = 0.01
MOST_KEPT = 256


class Memory(Generic[Made]):
    """The last things made in this process; what many ask for at once is made by one thread."""

    def __init__(self, size: int = MOST_KEPT) -> None:
        self.kept: Kept[Made] = Kept(FOR_EVER, size)
        self.making: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self.guard = threading.Lock()

    def get(self, key: str) -> Made | None:
        known = self.kept.get(key)
        return known[1] if known else None

    def get_or_make(self, key: str, make: Callable[[], Made]) -> Made:
        """What is kept, else made while the others who want it wait."""
        if (known := self.get(key)) is not None:
            return known
        with self.guard:
            lock = self.making[key]
        try:
            with lock:
                return self.kept.get_or_make(key, make)
        finally:
            with self.guard:
                self.making.pop(key, None)

    def clear(self) -> None:
        self.kept.clear()


class Turns:
    """Lets the first of many who come at once go ahead, and the others after he is through.

    Whoever renders then has the processor to himself; those who waited find what he made.
    """

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.ahead: dict[str, threading.Event] = {}

    @contextmanager
    def taken(self, name: str) -> Iterator[None]:
        with self.guard:
            ahead = self.ahead.get(name)
            if ahead is None:
                self.ahead[name] = threading.Event()
        if ahead is not None:
            ahead.wait(PATIENCE)
            yield
            return
        try:
            yield
        finally:
            with self.guard:
                self.ahead.pop(name).set()


_fragments: Memory[str] = Memory()


def rendered_once(key: str, render: Callable[[], str]) -> str:
    """The fragment of a key: from memory, from the cache, else rendered by one thread of all.

    Fifty pages that were nudged ask at the same moment, in several processes. Without the
    cache (the broker is down) each process renders for itself.
    """
    return _fragments.get_or_make(key, lambda: _shared(key, render))


def forget_rendered() -> None:
    """Empty this process's memory."""
    _fragments.clear()


def _shared(key: str, render: Callable[[], str]) -> str:
    known = _cached(key)
    if known is None and not _is_mine(key):
        known = _awaited(key)
    if known is None:
        known = render()
        _keep(key, known)
    return known


def _cached(key: str) -> str | None:
    try:
        known: str | None = caches["shared"].get(key)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
        return None
    return known


def _is_mine(key: str) -> bool:
    """Whether no other process renders this fragment already."""
    try:
        return bool(caches["shared"].add(f"{key}:rendering", 1, PATIENCE))
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
        caches["shared"].set(key, fragment, LIFETIME)
    except redis.RedisError:
        logger.warning("fragment_cache_unreachable")
