"""A JSON parser that refuses what a database or a second parser would trip over."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from cxhub.lib.middleware import is_hostile
from cxhub.lib.problems import Problem

MAX_DEPTH = 20
MAX_NODES = 2_000
MAX_TEXT = 20_000
MAX_DIGITS = 19
LARGEST = 2**63


class StrictJSONParser(BaseParser):
    """Parses application/json into plain values within the limits above."""

    media_type = "application/json"
    judged = ""
    most_nodes = MAX_NODES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        return parse_strictly(body, judged=self.judged, most_nodes=self.most_nodes)


class BulkParser(StrictJSONParser):
    """The same for many rows in one call."""

    most_nodes = 40_000


class AnswersParser(StrictJSONParser):
    """The same for answer sheets: a number beyond all bounds is judged as the answer it is."""

    judged = "answers"


def parse_strictly(body: bytes, *, judged: str = "", most_nodes: int = MAX_NODES) -> Any:
    """The value of a JSON text, or a `Problem` that says what to change.

    In the member that is `judged` by somebody who names the field at fault, a number that is
    too large (`1e309`) stays, as infinity.
    """
    if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Problem(413, "too_large", _("Send at most 256 kB."))
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_bounded_int,
        )
    except (ValueError, RecursionError) as error:
        raise Problem(400, "malformed_json", _("Send well-formed JSON in UTF-8.")) from error
    _Inspection(judged, most_nodes).visit(value, 1)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _bounded_int(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS or not -LARGEST <= int(digits) < LARGEST:
        raise ValueError("integer of more than 64 bits")
    return int(digits)


class _Inspection:
    """Walks a parsed value and counts: every value is a node, objects and lists are levels."""

    def __init__(self, judged: str, most_nodes: int) -> None:
        self.nodes, self.most_nodes = 0, most_nodes
        self.judged = judged

    def visit(self, value: Any, depth: int, *, is_judged: bool = False) -> None:
        self.nodes += 1
        if self.nodes > self.most_nodes:
            message = _("Send at most %(most)s values.") % {"most": self.most_nodes}
            raise Problem(400, "malformed_json", message)
        if isinstance(value, str):
            self._text(value)
        elif isinstance(value, float) and not is_judged and not math.isfinite(value):
            raise Problem(400, "malformed_json", _("Send numbers that are finite."))
        elif isinstance(value, list | dict):
            self._inside(value, depth, is_judged)

    def _inside(self, value: list[Any] | dict[str, Any], depth: int, is_judged: bool) -> None:
        if depth > MAX_DEPTH:
            raise Problem(400, "malformed_json", _("Nest at most 20 levels deep."))
        if isinstance(value, list):
            for item in value:
                self.visit(item, depth + 1, is_judged=is_judged)
        else:
            for key, item in value.items():
                self._text(key)
                is_found = depth == 1 and key == self.judged
                self.visit(item, depth + 1, is_judged=is_judged or is_found)

    def _text(self, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise Problem(400, "malformed_json", _("Send texts of at most 20,000 characters."))
        if is_hostile(text):
            raise Problem(400, "invalid_characters", _("Remove NUL and lone surrogates."))
