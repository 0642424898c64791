"""The group-commit writer: one thread and one connection per process that store answer sheets.

It takes whatever is queued, at most 64 sheets, in one statement and one commit: an idle process
commits at once, a busy one shares each commit. After a batch it leaves the processor for a moment
to the requests that were answered, so that more come together for the next; the moment ends when
as many wait again. Each request waits for its own. A batch that fails is stored sheet by sheet,
so that one bad sheet cannot fail its neighbours.

A sheet is made here too, of what its request brought: one after the other in one thread costs
less than when every request takes its turn at the interpreter for it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple

import orjson
import psycopg2
from django.db import connection

from cxhub.lib.background import drain, own_connection
from cxhub.lib.ids import uuid7_text
from cxhub.subscriptions import SUBSCRIPTIONS

logger = logging.getLogger(__name__)

LARGEST_BATCH = 64
BUSY = 4  # sheets in a batch
LONGEST_PAUSE = 0.003  # seconds after a batch; half of what it took, while the process is busy
LOOK_AGAIN = 0.0003  # seconds between looks at the queue during a pause
MOST_QUEUED = 512
PATIENCE = 5.0  # seconds a request waits for its commit
RECONNECT = (0.05, 0.2, 0.5, 1.0)  # seconds between attempts
KIND = "response.completed"
STATEMENT = "SELECT sheet_id, outcome, response, event, organisation FROM surveys_accept({}, {})"
PREPARE = f"PREPARE accept (jsonb) AS {STATEMENT.format('$1', '%s::varchar[]')}"
# The plan of a foreign key's check is kept by its connection. Made while the table is small, it
# would read all of it for each row, long after the table has grown.
BY_INDEX = "SET enable_seqscan = off"
EXECUTE = "EXECUTE accept (%s)"
INLINE = STATEMENT.format("%s::jsonb", "%s::varchar[]")

Sheet = dict[str, Any]
# Makes the sheet, in the writer's thread: it must not wait for anything. None: there is none.
MakeSheet = Callable[[], Sheet | None]


class Stored(NamedTuple):
    """What became of one sheet: an outcome, and the ids it touched, as texts."""

    outcome: str
    response_id: str | None
    event_id: str | None
    organisation_id: str | None


class WriterBusyError(Exception):
    """Too much is queued, or the database does not answer: nothing was promised, try again."""


class UnreachableError(psycopg2.OperationalError):
    """The database takes no connections."""


class Waiting:
    """A request that waits for its sheet to be made and stored."""

    __slots__ = ("done", "make", "result", "sheet", "sheet_id")

    def __init__(self, make: MakeSheet) -> None:
        self.make = make
        self.sheet_id, self.sheet = "", b""
        self.result: Stored | BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def has_sheet(self) -> bool:
        """Make the sheet; without one the request need not wait any longer."""
        try:
            sheet = self.make()
            if sheet is not None:
                self.sheet_id, self.sheet = sheet["id"], orjson.dumps(sheet)
                return True
        except Exception as error:
            self.finish(error)
            return False
        self.finish(None)
        return False

    def begin_again(self) -> None:
        """Give the sheet another id: whether the first try was committed may not be known."""
        self.sheet_id = uuid7_text()
        self.sheet = orjson.dumps({**orjson.loads(self.sheet), "id": self.sheet_id})

    def finish(self, result: Stored | BaseException | None) -> None:
        self.result = result
        self.done.release()


def store_inline(make: MakeSheet) -> Stored | None:
    """Make a sheet and store it in the current transaction."""
    sheet = make()
    if sheet is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(INLINE, [orjson.dumps([sheet]).decode(), SUBSCRIPTIONS.get(KIND, [])])
        return Stored(*cursor.fetchall()[0][1:])


class GroupWriter:
    """A queue, and the thread that empties it into the database."""

    def __init__(self, *, on_stored: Callable[[Sequence[Stored]], None]) -> None:
        self.queue: SimpleQueue[Waiting] = SimpleQueue()
        self.on_stored = on_stored
        self.connection: Any = None
        self.thread = threading.Thread(target=self._run, name="answer-writer", daemon=True)

    def store(self, make: MakeSheet) -> Stored | None:
        """Have a sheet made and stored, and wait for its commit; None when none was made.

        What goes wrong while it is made is raised here.
        """
        if self.queue.qsize() >= MOST_QUEUED:
            raise WriterBusyError
        waiting = Waiting(make)
        self.queue.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE):
            raise WriterBusyError
        if isinstance(waiting.result, BaseException):
            raise waiting.result
        return waiting.result

    def _run(self) -> None:
        try:
            while True:
                batch = drain(self.queue, LARGEST_BATCH)
                began = time.monotonic()
                self._store_batch(batch)
                if len(batch) >= BUSY:
                    self._pause((time.monotonic() - began) / 2, len(batch))
        except BaseException:
            # Requests would wait for ever: a process without its writer must go, and its
            # parent starts another.
            logger.critical("answer_writer_died", exc_info=True)
            os._exit(70)

    def _pause(self, longest: float, enough: int) -> None:
        """Leave the processor to the requests for some seconds, or until enough wait."""
        end = time.monotonic() + min(longest, LONGEST_PAUSE)
        while self.queue.qsize() < enough and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_AGAIN))

    def _store_batch(self, batch: list[Waiting]) -> None:
        batch = [waiting for waiting in batch if waiting.has_sheet()]
        if not batch:
            return
        try:
            self._store_all(batch)
        except UnreachableError:
            logger.error("answer_writer_cannot_connect")
            for waiting in batch:
                waiting.finish(WriterBusyError())
        except psycopg2.Error:
            for waiting in batch:
                self._store_alone(waiting)

    def _store_alone(self, waiting: Waiting) -> None:
        """Once more by itself; the submission id makes a second time harmless."""
        waiting.begin_again()
        try:
            self._store_all([waiting])
        except psycopg2.Error:
            logger.exception("answer_not_stored")
            waiting.finish(WriterBusyError())

    def _store_all(self, batch: list[Waiting]) -> None:
        with self._connected().cursor() as cursor:
            sheets = b",".join([waiting.sheet for waiting in batch]).decode()
            cursor.execute(EXECUTE, [f"[{sheets}]"])
            rows = {sheet_id: Stored(*stored) for sheet_id, *stored in cursor.fetchall()}
        for waiting in batch:
            waiting.finish(rows[waiting.sheet_id])
        self.on_stored(list(rows.values()))

    def _connected(self) -> Any:
        if self.connection is not None and not self.connection.closed:
            return self.connection
        for pause in RECONNECT:
            try:
                return self._connect()
            except psycopg2.OperationalError:
                time.sleep(pause)
        raise UnreachableError

    def _connect(self) -> Any:
        self.connection = own_connection()
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.user', '', false)")
            cursor.execute(BY_INDEX)
            cursor.execute(PREPARE, [SUBSCRIPTIONS.get(KIND, [])])
        return self.connection
