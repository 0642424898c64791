"""Judging an answer sheet: strict about values, gentle with words, compiled once per version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from surveys.definition.problems import ProblemAt
from surveys.definition.scales import SCALES, Scale
from surveys.definition.words import MAX_COMMENT, clean_text

if TYPE_CHECKING:
    from surveys.definition.model import Answer, Question

SHOWN_OF_A_KEY = 40

# Takes what was sent; returns what is stored, None for "no answer", or raises _Refused.
Read = Callable[[object], "Answer | None"]


class _Refused(Exception):
    """The value cannot be an answer; carries the code and a function that words it."""

    def __init__(self, code: str, message: Callable[[], str]) -> None:
        self.code = code
        self.message = message


class Reader:
    """The questions of one version, compiled to one function per key."""

    def __init__(self, questions: Iterable[Question]) -> None:
        questions = tuple(questions)
        self._reads = {question.key: _compile(question) for question in questions}
        self._required = {
            question.key: _missing_message(question)
            for question in questions
            if question.is_required
        }

    def read(
        self, answers: Mapping[str, object], *, is_complete: bool
    ) -> tuple[dict[str, Answer], list[ProblemAt]]:
        clean: dict[str, Answer] = {}
        problems: list[ProblemAt] = []
        for key, value in answers.items():
            read = self._reads.get(key)
            if read is None:
                problems.append(_unknown(key))
                continue
            try:
                stored = read(value)
            except _Refused as refusal:
                problems.append(ProblemAt(f"answers.{key}", refusal.code, refusal.message()))
            else:
                if stored is not None:
                    clean[key] = stored
        if is_complete:
            problems += self._missing(clean, problems)
        return clean, problems

    def _missing(self, clean: Mapping[str, Answer], problems: list[ProblemAt]) -> list[ProblemAt]:
        if self._required.keys() <= clean.keys():
            return []
        at_fault = {problem.path for problem in problems}
        return [
            ProblemAt(f"answers.{key}", "invalid_answer", message())
            for key, message in self._required.items()
            if key not in clean and f"answers.{key}" not in at_fault
        ]


def from_form(
    questions: Mapping[str, Question], fields: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """Form fields as values: digits become numbers, blanks are left out, the rest stays text.

    Fields that no question asked for stay, so that they are refused by name.
    """
    answers: dict[str, object] = {}
    for key, sent in fields.items():
        question = questions.get(key)
        if question is None:
            answers[key] = sent[-1]
            continue
        given = [value for value in sent if value and not value.isspace()]
        if not given:
            continue
        if question.is_multiple:
            answers[key] = given
        elif len(given) > 1 and len(set(given)) > 1:
            answers[key] = given  # ambiguous: refused as a list
        else:
            answers[key] = _number(given[0]) if question.kind in SCALES else given[0]
    return answers


def _number(text: str) -> int | str:
    text = text.strip()
    is_plain = text.isascii() and text.isdigit() and len(text) <= 2
    return int(text) if is_plain else text


def _unknown(key: object) -> ProblemAt:
    shown = str(key)[:SHOWN_OF_A_KEY]
    return ProblemAt(f"answers.{shown}", "unknown_question", _("This survey has no such question"))


def _compile(question: Question) -> Read:
    if question.scale:
        return _scale_reader(question.scale)
    if question.is_choice:
        offered = {choice.id: choice.id for choice in question.choices}
        return _several_reader(offered) if question.is_multiple else _one_reader(offered)
    return _read_comment


def _scale_reader(scale: Scale) -> Read:
    allowed = frozenset(scale.values)
    message = _score_message(scale)

    def read(value: object) -> Answer | None:
        # An exact type check: True is an int, and 9.0 is not what the scale offers.
        if type(value) is int and value in allowed:
            return value
        raise _Refused("invalid_answer", message)

    return read


def _one_reader(offered: Mapping[str, str]) -> Read:
    def read(value: object) -> Answer | None:
        if isinstance(value, str) and value in offered:
            return offered[value]
        raise _Refused("invalid_answer", _one_message)

    return read


def _several_reader(offered: Mapping[str, str]) -> Read:
    def read(value: object) -> Answer | None:
        if not isinstance(value, list) or len(value) > len(offered):
            raise _Refused("invalid_answer", _several_message)
        chosen = [item for item in value if isinstance(item, str) and item in offered]
        if len(chosen) != len(value) or len(set(chosen)) != len(chosen):
            raise _Refused("invalid_answer", _several_message)
        return chosen or None

    return read


def _read_comment(value: object) -> Answer | None:
    if not isinstance(value, str):
        raise _Refused("invalid_answer", _comment_message)
    text = clean_text(value)
    if len(text) > MAX_COMMENT:
        length = len(text)
        raise _Refused("too_long", lambda: _too_long_message(length))
    return text or None


def _missing_message(question: Question) -> Callable[[], str]:
    if question.scale:
        return _score_message(question.scale)
    if question.is_choice:
        return _several_message if question.is_multiple else _one_message
    return _comment_message


def _score_message(scale: Scale) -> Callable[[], str]:
    bounds = {"low": scale.low, "high": scale.high}
    return lambda: _("Choose a score from %(low)s to %(high)s") % bounds


def _one_message() -> str:
    return _("Choose one of the answers")


def _several_message() -> str:
    return _("Choose at least one of the answers")


def _comment_message() -> str:
    return _("Write your answer in words")


def _too_long_message(length: int) -> str:
    return _("Your answer must be %(most)s characters or fewer (it has %(length)s)") % {
        "most": MAX_COMMENT,
        "length": length,
    }
