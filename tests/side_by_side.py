"""Work on real connections side by side, and waiting until one stands in another's way."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")

PATIENCE = 20.0


def apart(pool: ThreadPoolExecutor, work: Callable[[], Result]) -> Future[Result]:
    """Run something on a connection of its own."""

    def run() -> Result:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def wait_until_blocked(number: int) -> None:
    """Until so many connections wait for a row that another holds, in this database."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # one per transaction otherwise
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= number:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("Nobody waits.")
