"""A response question by question, in the language it was answered in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveys.definition import Definition, Question
from surveys.models import Response
from surveys.queries import openings
from surveys.queries.answered import beginning_of, earlier_answers

LONGEST_FILLING = timedelta(hours=2)  # beyond it, the page was simply left open


@dataclass(frozen=True)
class Line:
    """One question with its answer; `scale` is "0–10" for a score."""

    text: str
    answer: str
    group: str = ""
    scale: str = ""
    is_comment: bool = False


@dataclass(frozen=True)
class Sheet:
    """The answer sheet as its customer saw it."""

    language: str
    lines: list[Line]
    seconds: int | None


@dataclass(frozen=True)
class Earlier:
    """What a sheet said before another took its place or may take it, and until when."""

    language: str
    lines: list[Line]
    until: datetime


def sheet(response: Response) -> Sheet:
    """Every question of the version, answered or not."""
    version = openings.version(response.version_id)
    if version is None:
        return Sheet(response.language, [], None)
    definition = version.definition
    language = definition.language(response.language)
    lines = _lines(definition, response.answers, language)
    return Sheet(language, lines, _seconds(response))


def earlier_sheets(response: Response) -> list[Earlier]:
    """What the response said before each change, the latest first; only what was answered."""
    version = openings.version(response.version_id) if response.changed_at else None
    if version is None:
        return []
    return [
        _answered(version.definition, earlier.answers, earlier.language, earlier.replaced_at)
        for earlier in earlier_answers(response).reverse()
    ]


def begun_sheet(response: Response) -> Earlier | None:
    """What a person has begun behind the link of a response that was set aside."""
    version = openings.version(response.version_id) if response.begun else None
    begun = beginning_of(response)
    if version is None or begun is None:
        return None
    return _answered(version.definition, begun.answers, begun.language, begun.at)


def _answered(
    definition: Definition, answers: Mapping[str, object], language: str, until: datetime
) -> Earlier:
    """Only what was answered, in the language it was answered in."""
    language = definition.language(language)
    lines = [line for line in _lines(definition, answers, language) if line.answer]
    return Earlier(language, lines, until)


def _lines(definition: Definition, answers: Mapping[str, object], language: str) -> list[Line]:
    return [_line(definition, question, answers, language) for question in definition.questions]


def _line(
    definition: Definition, question: Question, answers: Mapping[str, object], language: str
) -> Line:
    value = answers.get(question.key)
    followed = answers.get(question.follows)
    group = definition.group_of(question.key, value)
    return Line(
        text=question.wording(language, definition.group_of(question.follows, followed)),
        answer=_answer(question, value, language),
        group=group or "",
        scale=f"{question.scale.low}–{question.scale.high}" if question.scale else "",
        is_comment=question.is_comment,
    )


def _answer(question: Question, value: object, language: str) -> str:
    if value in (None, "", []):
        return ""
    return question.chosen(value, language) if question.is_choice else str(value)


def _seconds(response: Response) -> int | None:
    spent = response.answered_at - response.started_at
    return int(spent.total_seconds()) if timedelta() < spent <= LONGEST_FILLING else None
