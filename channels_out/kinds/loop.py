"""The one event loop in which a process talks to providers, and what stays open between chunks.

It runs in a thread of its own: connections notice at once when a provider closes them, and the
database is asked for the next chunk while this one is on its way.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar, cast

Result = TypeVar("Result")
ENDING_SECONDS = 5.0


class Closable(Protocol):
    """What can be kept: it says goodbye to whoever it is connected with."""

    def close(self) -> Awaitable[None]:
        """Close every connection."""


Kept = TypeVar("Kept", bound=Closable)


class _Loop:
    """A loop that runs for as long as its process; what it keeps open is kept by name."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.kept: dict[str, Closable] = {}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="providers", daemon=True)
        self.thread.start()
        atexit.register(self.end)

    def end(self) -> None:
        """Close what is kept when the process ends; a fork's loop has no thread to do it."""
        if self.process != os.getpid():
            return
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(ENDING_SECONDS)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _close(self) -> None:
        """Nobody waits for work that is left: its waiter has gone with the main thread."""
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for one in self.kept.values():
            await one.close()


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


def kept(name: str, make: Callable[[], Kept]) -> Kept | None:
    """Return what the process's loop keeps under a name; None in a loop that will soon end."""
    found = _loops[-1] if _loops else None
    if found is None or found.loop is not asyncio.get_running_loop():
        return None
    if name not in found.kept:
        found.kept[name] = make()
    return cast("Kept", found.kept[name])


def _of_this_process() -> _Loop:
    """The loop, never one that a fork brought along: its thread stayed behind."""
    with _lock:
        if not _loops or _loops[-1].process != os.getpid():
            _loops.append(_Loop())
        return _loops[-1]
