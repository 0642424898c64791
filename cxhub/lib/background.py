"""Threads that work beside the requests of a process: what they take, and their own connection."""

import os
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import psycopg2
from django.db import connection

Item = TypeVar("Item")
Worker = TypeVar("Worker")


class PerProcess(Generic[Worker]):
    """A worker that a process starts when it is first needed; a fork starts its own."""

    def __init__(self, start: Callable[[], Worker]) -> None:
        self.start = start
        self.starting = threading.Lock()
        self.running: list[Worker] = []
        # The parent's thread did not come along.
        os.register_at_fork(after_in_child=self._forked)

    def get(self) -> Worker:
        if not self.running:
            with self.starting:
                if not self.running:
                    self.running.append(self.start())
        return self.running[0]

    def _forked(self) -> None:
        self.starting = threading.Lock()
        self.running.clear()


def drain(queue: SimpleQueue[Item], most: int) -> list[Item]:
    """Wait for one thing, and take with it what is there already, at most so many."""
    taken = [queue.get()]
    try:
        while len(taken) < most:
            taken.append(queue.get_nowait())
    except Empty:
        pass
    return taken


def own_connection() -> Any:
    """A connection of the driver's, outside of Django's per thread; commits each statement."""
    parameters = {**connection.get_connection_params()}
    parameters.pop("cursor_factory", None)
    opened = psycopg2.connect(**parameters)
    opened.autocommit = True
    return opened
