"""What is behind a door: asked before the tenant is known, through functions of the owner."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from cxhub.lib.tokens import token_hash
from surveys.definition import Definition, parse

CODE_LIFETIME = 2.5  # seconds in which a change of a public door may go unseen
CODES_KEPT = 2_000
VERSIONS_KEPT = 500
MAX_TOKEN = 64
MAX_CODE = 16

Value = TypeVar("Value")


class Opening(NamedTuple):
    """What a door leads to, and whether it is open."""

    organisation_id: UUID
    organisation_name: str
    contact_email: str
    is_suspended: bool
    survey_id: UUID
    version_id: UUID | None
    state: str
    languages: list[str]
    default_language: str
    language: str
    place_name: str | None
    collector_id: UUID | None
    is_open: bool
    completed_at: datetime | None
    is_expired: bool
    closed_at: datetime | None

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


class Version(NamedTuple):
    """A published questionnaire, ready to judge answers."""

    id: UUID
    organisation_id: UUID
    survey_id: UUID
    definition: Definition


class Kept(dict[str, tuple[float, Value]]):
    """Values kept for a while in this process, oldest dropped first."""

    def __init__(self, lifetime: float, most: int) -> None:
        super().__init__()
        self.lifetime, self.most = lifetime, most
        self.lock = threading.Lock()

    def get_or_make(self, key: str, make: Callable[[], Value]) -> Value:
        known = self.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        value = make()
        with self.lock:
            while len(self) >= self.most:
                del self[next(iter(self))]
            self.pop(key, None)
            self[key] = (time.monotonic() + self.lifetime, value)
        return value


_codes: Kept[Opening | None] = Kept(CODE_LIFETIME, CODES_KEPT)
_versions: Kept[Version] = Kept(float("inf"), VERSIONS_KEPT)


def opening_of_token(token: str) -> Opening | None:
    """The private door of a token: one query."""
    return opening_of_hash(token_hash(token)) if len(token) <= MAX_TOKEN else None


def opening_of_hash(hashed: str) -> Opening | None:
    """The private door whose token has this hash."""
    rows = _ask("SELECT * FROM surveys_open_invitation(%s)", hashed)
    return Opening(*rows[0]) if rows else None


def opening_of_code(code: str) -> Opening | None:
    """The public door of a code: no query when somebody came in the last seconds."""
    if not (code.isascii() and code.isalnum() and len(code) <= MAX_CODE):
        return None
    code = code.upper()
    return _codes.get_or_make(code, lambda: _opening_of_code(code))


def _opening_of_code(code: str) -> Opening | None:
    rows = _ask("SELECT * FROM surveys_open_collector(%s)", code)
    return Opening(*rows[0]) if rows else None


def version(pk: UUID) -> Version | None:
    """A published version; they never change, so each process reads it once."""
    known = _versions.get(str(pk))
    if known is not None:
        return known[1]
    rows = _ask("SELECT * FROM surveys_version_content(%s)", pk)
    if not rows:
        return None
    organisation_id, survey_id, document = rows[0]
    definition = parse(json.loads(document))
    return _versions.get_or_make(
        str(pk), lambda: Version(pk, organisation_id, survey_id, definition)
    )


def saved_answers(opening: Opening, token: str, submission_id: UUID) -> dict[str, object]:
    """What the same browser saved behind this door; nothing when it has not."""
    hashed = "" if opening.collector_id else token_hash(token)
    rows = _ask(
        "SELECT * FROM surveys_saved_answers(%s, %s, %s)",
        hashed,
        opening.collector_id,
        submission_id,
    )
    return dict(json.loads(rows[0][0])) if rows else {}


def forget() -> None:
    """Empty what this process keeps (after a publication, and between tests)."""
    _codes.clear()
    _versions.clear()


def _ask(query: str, *values: str | UUID | None) -> list[tuple[Any, ...]]:
    """Run one query without the health check that Django makes before each request's first.

    A connection that broke is found out by the query itself, which only reads: once more.
    """
    if connection.connection is not None and not connection.in_atomic_block:
        connection.health_check_done = True
    try:
        return _rows(query, values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _rows(query, values)


def _rows(query: str, values: tuple[str | UUID | None, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
