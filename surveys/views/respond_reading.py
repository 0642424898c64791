"""Reading what a respondent's browser or app sent."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.dateparse import parse_datetime

from cxhub.lib.problems import Problem
from cxhub.lib.strict_json import parse_strictly
from surveys.actions.doubts import Signs
from surveys.actions.partials import field_name
from surveys.actions.responses import started_at_of
from surveys.definition import Definition

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
PREFIX = field_name("")
LENGTH = len(PREFIX)
IDENTIFIER = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LONGEST_NAME = 40  # of a field that is told back
MOST_FIELDS = 1_000  # as the settings say of other forms
CARRY, CHANGE, RESTART = "carry", "change", "restart"  # what a form can be beside a sheet
TRAP = "leave_empty"  # a field that no person sees
NOTE = "chosen"  # a field that says which note the link had chosen
AGAIN, RESUME = "again", "resume"  # what an address can ask for
NO_VERSION = "00000000-0000-0000-0000-000000000000"  # a version that no survey has
# What each member of a JSON sheet is; an id of another type is told as one that is missing.
JSON_FIELDS: dict[str, type] = {
    "submission_id": object,
    "version": str,
    "language": str,
    "answers": dict,
    "started_at": str,
    "partial": bool,
    "js": bool,
    "human": bool,
    "proof": str,
}


class RefusedError(Exception):
    """The request cannot be read at all; carries the status, a stable code and what is at fault."""

    def __init__(self, status: int, code: str, paths: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.status, self.code, self.paths = status, code, paths


class Sent(NamedTuple):
    """What came in, before any question is looked at.

    A `gesture` says that the form is no new sheet: `restart` wants an empty one, `carry` goes on
    with what another browser began, `change` has other answers for the sheet that is in already.
    `carried` are the answers of that other browser: they count, and are never shown.
    """

    submission_id: str | None
    version_id: str | None
    language: str
    is_partial: bool
    signs: Signs
    started_at: datetime | None
    switch_to: str
    gesture: str
    callback: str | None
    proof: str
    answers_for: Callable[[Definition], Mapping[str, object]]
    carried: Mapping[str, object] = {}
    typed_for: Callable[[Definition], Mapping[str, object]] | None = None

    @property
    def is_sheet(self) -> bool:
        """Whether a finished sheet is handed in, and nothing else is wished."""
        is_other = self.switch_to or self.gesture in {CHANGE, RESTART}
        return not self.is_partial and self.callback is None and not is_other

    def seen_from(self, network: str) -> "Sent":
        """The same, sent from this network."""
        signs = self.signs.seen_from(network)
        return self if signs is self.signs else self._replace(signs=signs)

    def typed(self, definition: Definition) -> Mapping[str, object]:
        """The answers that this browser has sent itself: all that it may be shown again."""
        return (self.typed_for or self.answers_for)(definition)


def read_sent(request: HttpRequest) -> Sent:
    """The sheet in a POST's body; JSON keeps its types, form fields are texts."""
    kind = str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if kind not in {FORM, MULTIPART, JSON} or request.META.get("HTTP_CONTENT_ENCODING"):
        raise RefusedError(415, "unsupported_media_type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RefusedError(413, "too_large")
    try:
        if kind == JSON:
            return _from_json(request)
        return sent_in_form(
            _multipart(request.POST) if kind == MULTIPART else url_encoded(request.body)
        )
    except RequestDataTooBig as error:
        raise RefusedError(413, "too_large") from error
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError) as error:
        raise RefusedError(400, "malformed_form") from error
    except Problem as error:
        raise RefusedError(error.status_code, error.code) from error


class Form:
    """The fields of a form: every value of those that answer, the last of the others."""

    __slots__ = ("answers", "others")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.answers: dict[str, list[str]] = {}
        self.others: dict[str, str] = {}
        for name, value in pairs:
            if name[:LENGTH] != PREFIX:
                self.others[name] = value
            else:
                self.answers.setdefault(name[LENGTH:], []).append(value)


def url_encoded(body: bytes) -> Form:
    """The fields of a form: what a QueryDict does for us, at a fraction of its cost."""
    try:
        text = body.replace(b"+", b" ").decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, "malformed_form") from error
    fields = text.split("&")
    if len(fields) > MOST_FIELDS:
        raise RefusedError(400, "malformed_form")
    pairs = [(name, value) for name, _equals, value in [pair.partition("=") for pair in fields]]
    if "%" in text:
        pairs = [(unquote(name), unquote(value)) for name, value in pairs]
    return Form(pairs)


def _multipart(post: QueryDict) -> Form:
    return Form((name, str(value)) for name, values in post.lists() for value in values)


def sent_in_form(form: Form) -> Sent:
    """The sheet in a form's fields."""
    fields = form.others
    submission_id = text_id(fields.get("submission_id"))
    signs = Signs(
        is_by_hand=fields.get("human") == "1",
        has_script=fields.get("js") == "1",
        took_trap=bool(fields.get(TRAP)),
        note=fields.get(NOTE, ""),
    )
    return Sent(
        submission_id=submission_id,
        version_id=_version_id(fields.get("version")),
        language=_short(fields.get("language")),
        is_partial=fields.get("partial") == "1",
        signs=signs,
        started_at=started_at_of(submission_id) if submission_id else None,
        switch_to=_short(fields.get("switch")),
        gesture=fields.get("gesture", ""),
        callback=fields.get("way", "") if "callback" in fields else None,
        proof=fields.get("proof", ""),
        answers_for=lambda definition: definition.answers_from_form(form.answers),
    )


def _from_json(request: HttpRequest) -> Sent:
    body = parse_strictly(request.body, judged="answers")
    if not isinstance(body, dict):
        raise RefusedError(400, "invalid_type")
    _check_members(body)
    answers = body.get("answers", {})
    submission_id = text_id(body.get("submission_id"))
    return Sent(
        submission_id=submission_id,
        version_id=_version_id(body.get("version")),
        language=_short(body.get("language")),
        is_partial=body.get("partial") is True,
        signs=Signs(is_by_hand=body.get("human") is True, has_script=body.get("js") is True),
        started_at=_moment(body.get("started_at")),
        switch_to="",
        gesture="",
        callback=None,
        proof=body.get("proof") or "",
        answers_for=lambda _definition: answers,
    )


def _check_members(body: Mapping[str, object]) -> None:
    """Refuse what a sheet does not have, and guess no type: `"partial": 1` is no finished sheet."""
    if unknown := [name[:LONGEST_NAME] for name in body if name not in JSON_FIELDS]:
        raise RefusedError(400, "unknown_field", unknown)
    wrong = [
        name
        for name, value in body.items()
        if not (isinstance(value, JSON_FIELDS[name]) or (value is None and name != "answers"))
    ]
    if wrong:
        raise RefusedError(400, "invalid_type", wrong)


def _version_id(text: str | None) -> str | None:
    """The version that a sheet names; what is no id is a version that there is not."""
    return (text_id(text) or NO_VERSION) if text else None


def text_id(text: Any) -> str | None:
    """The canonical text of a UUID in its usual form, in either case; None for anything else."""
    return text.lower() if isinstance(text, str) and IDENTIFIER.fullmatch(text) else None


def _short(text: Any) -> str:
    return text if isinstance(text, str) and len(text) <= 5 else ""


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
