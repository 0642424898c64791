"""The one event loop in which a process talks to providers, and what stays open between chunks.

It runs in a thread of its own: connections notice at once when a provider closes them, and the
database is asked for the next chunk while this one is on its way.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar, cast

Result = TypeVar("Result")


class _Loop:
    """A loop that runs for as long as its process; what it keeps open is kept by name."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.kept: dict[str, object] = {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="providers", daemon=True).start()


_lock = threading.Lock()
_loops: list[_Loop] = []


def submit(work: Coroutine[Any, Any, Result]) -> Future[Result]:
    """Begin provider work in the process's loop; cancelling the future cancels the work."""
    return asyncio.run_coroutine_threadsafe(work, _of_this_process().loop)


def run_in_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """Run provider work to its end; no transaction may be open."""
    return finished(submit(work))


def finished(future: Future[Result]) -> Result:
    """Wait for submitted work; who is interrupted while waiting takes the work with him."""
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


def kept(name: str, make: Callable[[], Result]) -> Result | None:
    """Return what the process's loop keeps under a name; None in a loop that will soon end."""
    found = _loops[-1] if _loops else None
    if found is None or found.loop is not asyncio.get_running_loop():
        return None
    if name not in found.kept:
        found.kept[name] = make()
    return cast("Result", found.kept[name])


def _of_this_process() -> _Loop:
    """The loop, never one that a fork brought along: its thread stayed behind."""
    with _lock:
        if not _loops or _loops[-1].process != os.getpid():
            _loops.append(_Loop())
        return _loops[-1]
