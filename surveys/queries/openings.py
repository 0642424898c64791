"""What is behind a door: asked before the tenant is known, through functions of the owner."""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg2
from django.db import connection

from cxhub.lib.kept import FOR_EVER, Kept
from cxhub.lib.tokens import token_hash
from surveys.definition import Definition, parse

CODE_LIFETIME = 2.5  # seconds in which a change of a public door may go unseen
CODES_KEPT = 2_000
VERSIONS_KEPT = 500
MAX_TOKEN = 64
MAX_CODE = 16


class Opening(NamedTuple):
    """What a door leads to, and whether it is open; `is_begun` when a personal link was begun."""

    organisation_id: str
    organisation_name: str
    contact_email: str
    is_suspended: bool
    survey_id: str
    version_id: str | None
    state: str
    languages: list[str]
    default_language: str
    language: str
    place_name: str | None
    collector_id: str | None
    is_open: bool
    completed: float | None
    is_expired: bool
    is_begun: bool = False

    @property
    def completed_at(self) -> datetime | None:
        """When the customer answered."""
        return datetime.fromtimestamp(self.completed, UTC) if self.completed else None

    @property
    def takes_answers(self) -> bool:
        """Whether a customer who comes now can begin to answer."""
        return (
            self.state == "live"
            and self.is_open
            and not self.is_expired
            and not self.is_suspended
            and self.version_id is not None
        )

    @property
    def is_paused(self) -> bool:
        """Whether only the survey's pause keeps a customer from answering."""
        return (
            self.state == "paused"
            and self.is_open
            and not self.is_expired
            and not self.is_suspended
            and self.version_id is not None
        )


class Version(NamedTuple):
    """A published questionnaire, ready to judge answers."""

    id: str
    organisation_id: str
    survey_id: str
    definition: Definition


_codes: Kept[Opening | None] = Kept(CODE_LIFETIME, CODES_KEPT)
_versions: Kept[Version] = Kept(FOR_EVER, VERSIONS_KEPT)


def opening_of_token(token: str) -> Opening | None:
    """The private door of a token: one query."""
    return opening_of_hash(token_hash(token)) if len(token) <= MAX_TOKEN else None


def opening_of_hash(hashed: str) -> Opening | None:
    """The private door whose token has this hash."""
    return _opened(_ask("surveys_open_link", hashed))


def opening_of_code(code: str) -> Opening | None:
    """The public door of a code: no query when somebody came in the last seconds."""
    if not (code.isascii() and code.isalnum() and len(code) <= MAX_CODE):
        return None
    code = code.upper()
    return _codes.get_or_make(code, lambda: _opening_of_code(code))


def _opening_of_code(code: str) -> Opening | None:
    return _opened(_ask("surveys_open_collector", code))


def _opened(rows: list[tuple[Any, ...]]) -> Opening | None:
    return Opening(*json.loads(rows[0][0])) if rows[0][0] else None


def version(pk: UUID | str) -> Version | None:
    """A published version; they never change, so each process reads it once."""
    pk = str(pk)
    known = _versions.get(pk)
    if known is not None:
        return known[1]
    rows = _ask("surveys_version_content", pk)
    if not rows:
        return None
    organisation_id, survey_id, document = rows[0]
    definition = parse(json.loads(document))
    return _versions.get_or_make(pk, lambda: Version(pk, organisation_id, survey_id, definition))


def known_version(pk: str | None) -> Version | None:
    """A version that this process has read before."""
    known = _versions.get(pk)
    return known[1] if known else None


def saved_answers(opening: Opening, token: str, submission_id: str) -> dict[str, object]:
    """What the same browser saved behind this door; nothing when it has not."""
    hashed = "" if opening.collector_id else token_hash(token)
    rows = _ask("surveys_saved_answers", hashed, opening.collector_id, submission_id)
    return dict(json.loads(rows[0][0])) if rows else {}


def forget() -> None:
    """Empty what this process keeps (after a publication, and between tests)."""
    _codes.clear()
    _versions.clear()


# The functions as statements that every connection prepares once.
PREPARED = {
    "surveys_open_link": "text",
    "surveys_open_collector": "text",
    "surveys_version_content": "uuid",
    "surveys_saved_answers": "text, uuid, uuid",
}


def _call(function: str, marks: Sequence[str]) -> str:
    return f"{function}({', '.join(marks)})"


CALLS = {
    function: _call(function, ["%s"] * (types.count(",") + 1))
    for function, types in PREPARED.items()
}
EXECUTES = {function: f"EXECUTE ask_{call}" for function, call in CALLS.items()}


class _Prepared(threading.local):
    """The connection of this thread on which the functions are prepared, and a cursor of it."""

    connection: object = None
    cursor: Any = None


_prepared = _Prepared()


def _ask(function: str, *values: str | None) -> list[tuple[Any, ...]]:
    """Call one of the functions.

    In a transaction the call belongs to it. Outside, on the answer path, it goes straight to
    the driver as a prepared statement: without the check that Django makes before the first
    query of each request. A connection that broke is found out by the call itself, which only
    reads: once more.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {CALLS[function]}", values)
            return list(cursor.fetchall())
    try:
        return _execute(function, values)
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        connection.close()
        return _execute(function, values)


def _execute(function: str, values: tuple[str | None, ...]) -> list[tuple[Any, ...]]:
    raw = connection.connection
    if raw is None or raw is not _prepared.connection:
        _prepare()
    cursor = _prepared.cursor
    cursor.execute(EXECUTES[function], values)
    return list(cursor.fetchall())


def _prepare() -> None:
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor = raw.cursor()
    for function, types in PREPARED.items():
        marks = [f"${number + 1}" for number in range(types.count(",") + 1)]
        statement = f"SELECT * FROM {_call(function, marks)}"
        cursor.execute(f"PREPARE ask_{function} ({types}) AS {statement}")
    _prepared.connection, _prepared.cursor = raw, cursor
