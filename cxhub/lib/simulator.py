"""The simulator's ledger: what really left, kept apart from the rows it is checked against."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

OUT = "out"
IN = "in"
_BUSY_MS = 15_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    organisation TEXT NOT NULL,
    channel TEXT NOT NULL,
    direction TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    headers TEXT NOT NULL,
    sent_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_by_message_id ON message (message_id);
CREATE INDEX IF NOT EXISTS message_by_recipient ON message (recipient, id);
CREATE INDEX IF NOT EXISTS message_by_organisation ON message (organisation, id);
"""
_COLUMNS = (
    "message_id, organisation, channel, direction, recipient, sender, subject, text, html,"
    " headers, sent_at"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that left (or, direction `in`, one that a fake telephone sent)."""

    message_id: str
    channel: str
    to: str
    sender: str
    text: str
    organisation: str = ""
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    direction: str = OUT
    sent_at: datetime | None = None
    number: int = 0


class Ledger:
    """An append-only SQLite file, safe for many processes; `message_id` is deliberately not unique.

    A message sent twice must show up twice: the ledger is the witness, not the judge.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._local = threading.local()

    def record(self, entry: Entry) -> int:
        """Append one message and return its number."""
        return self.record_all([entry])[0]

    def record_all(self, entries: Iterable[Entry]) -> list[int]:
        """Append messages in one durable transaction and return their numbers."""
        rows = [_row(entry) for entry in entries]
        with self._writing() as connection:
            return [int(connection.execute(_INSERT, row).lastrowid or 0) for row in rows]

    def messages(
        self,
        to: str | None = None,
        organisation: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
        *,
        channel: str | None = None,
        direction: str | None = OUT,
        after: int = 0,
    ) -> list[Entry]:
        """Return messages, newest first; `after` is the number already seen, for polling."""
        filters: list[tuple[str, object]] = [("id > ?", after)]
        if to is not None:
            filters.append(("recipient = ?", to))
        if organisation is not None:
            filters.append(("organisation = ?", organisation))
        if since is not None:
            filters.append(("sent_at >= ?", _stamp(since)))
        if channel is not None:
            filters.append(("channel = ?", channel))
        if direction is not None:
            filters.append(("direction = ?", direction))
        return self._select(filters, limit)

    def find(self, message_id: str) -> Entry | None:
        """Return the first message recorded under this id, or None: it never left."""
        found = self._select([("message_id = ?", message_id)], -1)
        return found[-1] if found else None

    def count(self, message_id: str) -> int:
        """Return how many times this message left: more than once is a fault."""
        return len(self._select([("message_id = ?", message_id)], -1))

    def counts(self, organisation: str | None = None) -> dict[str, int]:
        """Return how often each message left, by message id."""
        where = "WHERE direction = 'out'"
        values: list[object] = []
        if organisation is not None:
            where += " AND organisation = ?"
            values.append(organisation)
        rows = self._connection().execute(
            f"SELECT message_id, count(*) FROM message {where} GROUP BY message_id",
            values,
        )
        return {str(message_id): int(number) for message_id, number in rows}

    def clear(self) -> None:
        """Forget everything (a fresh demonstration, a new test)."""
        with self._writing() as connection:
            connection.execute("DELETE FROM message")

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None and self._local.process == os.getpid():
            connection.close()

    def _select(self, filters: list[tuple[str, object]], limit: int) -> list[Entry]:
        where = " AND ".join(clause for clause, _ in filters)
        rows = self._connection().execute(
            f"SELECT id, {_COLUMNS} FROM message WHERE {where} ORDER BY id DESC LIMIT ?",
            [*(value for _, value in filters), limit],
        )
        return [_entry(row) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; one opened before a fork is never used after it."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._local.process == os.getpid():
            return connection
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path,
            timeout=_BUSY_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        _prepare(connection)
        self._local.connection, self._local.process = connection, os.getpid()
        return connection


_INSERT = f"INSERT INTO message ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _prepare(connection: sqlite3.Connection) -> None:
    """Set up file and schema; the switch to WAL does not wait by itself for another one."""
    deadline = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _stamp(instant: datetime) -> str:
    """Return a text that sorts as time does."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.message_id,
        entry.organisation,
        entry.channel,
        entry.direction,
        entry.to,
        entry.sender,
        entry.subject,
        entry.text,
        entry.html,
        json.dumps(dict(entry.headers), ensure_ascii=False),
        _stamp(entry.sent_at or datetime.now(UTC)),
    )


def _entry(
    row: tuple[int, str, str, str, str, str, str, str, str, str, str, str],
) -> Entry:
    number, message_id, organisation, channel, direction, to, sender, *rest = row
    subject, text, html, headers, sent_at = rest
    return Entry(
        message_id=message_id,
        organisation=organisation,
        channel=channel,
        direction=direction,
        to=to,
        sender=sender,
        subject=subject,
        text=text,
        html=html,
        headers=json.loads(headers),
        sent_at=datetime.fromisoformat(sent_at),
        number=number,
    )
