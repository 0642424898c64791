"""Accepting answers: the one function behind the web, the API, SMS and the kiosk."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS, connections

from cxhub.lib.background import PerProcess
from cxhub.lib.ids import uuid7_text
from cxhub.lib.tokens import token_hash
from events.actions.outbox import ring
from surveys.actions.bell import Bell
from surveys.actions.doubts import PERSON, Signs, doubt_of
from surveys.actions.writer import (
    KIND,
    GroupWriter,
    MakeSheet,
    Sheet,
    Stored,
    WriterBusyError,
    store_inline,
)
from surveys.definition import Definition, ProblemAt
from surveys.enums import ResponseState
from surveys.queries import openings

Kind = Literal[
    "created",
    "saved",
    "replayed",
    "already_answered",
    "changed",
    "closed",
    "expired",
    "unknown",
    "invalid",
]

SECONDS_PER_QUESTION = 1.5
OLDEST_START = timedelta(days=7)
NO_SUCH_YEAR = "e677d21f"  # how the id of a page made in the year 10000 would begin


class Door(NamedTuple):
    """How an answer comes in: by the hash of a personal token, or by a public code."""

    token_hash: str = ""
    code: str = ""

    @classmethod
    def of_token(cls, token: str) -> "Door":
        return cls(token_hash=token_hash(token))


class Submission(NamedTuple):
    """One answer sheet as it was sent.

    `submission_id` makes sending twice harmless. `version_id` is the version the customer
    saw; without it the survey's current one judges. `signs` tell people from machines.
    `started_at` is when the page was opened.
    """

    door: Door
    submission_id: UUID | str
    answers: Mapping[str, object]
    language: str = ""
    is_complete: bool = True
    signs: Signs = PERSON
    version_id: UUID | str | None = None
    channel: str = ""
    started_at: datetime | None = None
    answered_at: datetime | None = None
    flags: Sequence[str] = ()


class Outcome(NamedTuple):
    """What became of a submission; `answers` are the cleaned ones."""

    kind: Kind
    response_id: str | None = None
    problems: Sequence[ProblemAt] = ()
    answers: Mapping[str, object] | None = None
    version: openings.Version | None = None

    @property
    def is_accepted(self) -> bool:
        return self.kind in {"created", "saved", "replayed"}


def submit_response(submission: Submission) -> Outcome:
    """Judge an answer sheet and store it durably, with its scores and its event.

    Inside a transaction the sheet joins it. Outside of one it goes through the group-commit
    writer of this process, and the call returns after the commit.
    """
    version = _version_of(submission)
    if version is None:
        return Outcome(_why_no_version(submission))
    answers, problems = version.definition.read_answers(
        submission.answers, is_complete=submission.is_complete
    )
    if problems:
        return _refused(submission, version, problems)
    collector_id = None
    if submission.door.code:
        opening = openings.opening_of_code(submission.door.code)
        if opening is None:
            return Outcome("unknown")
        collector_id = opening.collector_id
    sheet = _sheet(submission, version, answers, collector_id)
    return outcome_of(_stored(sheet), sheet, version)


def plain_sheet(
    submission: Submission, version: openings.Version, collector_id: str | None
) -> Sheet | None:
    """The sheet of a submission that nothing is wrong with; None leaves it to `submit_response`.

    It asks no database.
    """
    answers, problems = version.definition.read_answers(
        submission.answers, is_complete=submission.is_complete
    )
    return None if problems else _sheet(submission, version, answers, collector_id)


def store_sheet(make: MakeSheet) -> Stored | None:
    """Store the sheet that this makes, durably; None when it makes none."""
    if not _here.connection.in_atomic_block:
        return _writer.get().store(make)
    stored = store_inline(make)
    if stored and stored.event_id and stored.organisation_id:
        ring(UUID(stored.organisation_id), KIND, [stored.event_id])
    return stored


def _stored(sheet: Sheet) -> Stored:
    stored = store_sheet(lambda: sheet)
    if stored is None:
        raise WriterBusyError
    return stored


def outcome_of(stored: Stored, sheet: Sheet, version: openings.Version) -> Outcome:
    """What became of a sheet that was handed over."""
    kind: Kind = stored.outcome  # type: ignore[assignment]
    return Outcome(kind, stored.response_id, (), sheet["answers"], version)


def _opening(door: Door) -> openings.Opening | None:
    if door.code:
        return openings.opening_of_code(door.code)
    return openings.opening_of_hash(door.token_hash)


def _version_of(submission: Submission) -> openings.Version | None:
    if submission.version_id is not None:
        return openings.version(submission.version_id)
    opening = _opening(submission.door)
    if opening is None or opening.version_id is None:
        return None
    return openings.version(opening.version_id)


def _why_no_version(submission: Submission) -> Kind:
    opening = _opening(submission.door)
    if opening is None:
        return "unknown"
    return "closed" if opening.version_id is None else "changed"


def _refused(
    submission: Submission, version: openings.Version, problems: Sequence[ProblemAt]
) -> Outcome:
    """Say what is wrong with the answers, unless the door itself would not have taken them."""
    opening = _opening(submission.door)
    if opening is None:
        return Outcome("unknown")
    if opening.survey_id != version.survey_id:
        return Outcome("changed", version=version)
    if opening.completed_at:
        return Outcome("already_answered", version=version)
    if not opening.takes_answers:
        return Outcome("expired" if opening.is_expired else "closed", version=version)
    return Outcome("invalid", problems=problems, answers=submission.answers, version=version)


def _sheet(
    submission: Submission,
    version: openings.Version,
    answers: Mapping[str, object],
    collector_id: str | None,
) -> Sheet:
    started_at, is_hasty = _timing(submission, len(answers))
    doubt = _doubt(submission, version.definition, answers)
    flags = [*submission.flags, *(["suspect"] if is_hasty else []), *([doubt] if doubt else [])]
    return {
        "token_hash": submission.door.token_hash or None,
        "collector": collector_id,
        "id": uuid7_text(),
        "submission": submission.submission_id,
        "version": version.id,
        "channel": submission.channel or None,
        "language": version.definition.language(submission.language),
        "state": _state(submission, doubt),
        "fingerprint": fingerprint(answers),
        "answers": answers,
        "flags": flags,
        "scores": _scores(version.definition, answers),
        "started_at": started_at,
        "answered_at": submission.answered_at,
    }


def _doubt(submission: Submission, definition: Definition, answers: Mapping[str, object]) -> str:
    """Why a finished sheet is set aside; a public link is no message with rating links."""
    if not submission.is_complete:
        return ""
    asked = definition.primary if submission.door.token_hash else None
    return doubt_of(submission.signs, answers, asked.key if asked else "")


def _state(submission: Submission, doubt: str) -> ResponseState:
    if not submission.is_complete:
        return ResponseState.PARTIAL
    return ResponseState.QUARANTINED if doubt else ResponseState.COMPLETED


def _timing(submission: Submission, answered: int) -> tuple[datetime | None, bool]:
    """When the customer began, and whether that was too short ago to have read the questions.

    What a client says is kept within the last week: no moment that no database or calendar knows
    gets in.
    """
    if submission.started_at is None:
        return None, False
    now = submission.answered_at or datetime.now(UTC)
    elapsed = (now - submission.started_at).total_seconds()
    is_hasty = submission.is_complete and elapsed < SECONDS_PER_QUESTION * answered
    return max(now - OLDEST_START, min(submission.started_at, now)), is_hasty


def _scores(definition: Definition, answers: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        {"question_key": question.key, "metric": question.kind, "value": answers[question.key]}
        for question in definition.scored_questions()
        if question.key in answers
    ]


def fingerprint(answers: Mapping[str, object]) -> str:
    """The same for the same answers: tells a repeated submission from a changed one."""
    return hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()


def started_at_of(submission_id: str) -> datetime | None:
    """When the page that carries this id was made: our pages get time-ordered ids (UUIDv7)."""
    if submission_id[14] != "7" or submission_id >= NO_SUCH_YEAR:
        return None
    return datetime.fromtimestamp(int(submission_id[:8] + submission_id[9:13], 16) / 1000, UTC)


class _Here(threading.local):
    """This thread's connection, looked up once."""

    def __init__(self) -> None:
        self.connection = connections[DEFAULT_DB_ALIAS]


_here = _Here()


def _start_writer() -> GroupWriter:
    bell = Bell()

    def ring_for(batch: Sequence[Stored]) -> None:
        bell.ring([(KIND, stored.organisation_id, stored.event_id) for stored in batch])

    writer = GroupWriter(on_stored=ring_for)
    bell.thread.start()
    writer.thread.start()
    return writer


_writer = PerProcess(_start_writer)
