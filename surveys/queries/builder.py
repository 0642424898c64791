"""What the builder shows of a draft: its outline, and its problems with the place of each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.definition import ProblemAt, validate
from surveys.enums import QuestionKind
from surveys.models import Survey
from surveys.queries.surveys import published_kinds

THANKS = "thanks"
SETTINGS = "settings"

ICONS = {
    "nps": "gauge",
    "csat": "smile",
    "ces": "feather",
    "rating": "star",
    "choice": "list-checks",
    "comment": "message-square-text",
}


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One question in the plan."""

    key: str
    number: int
    kind: str
    kind_label: str
    icon: str
    text: str
    problems: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A problem, the part of the builder to open and the field to go to."""

    part: str
    field: str
    where: str
    message: str


def outline(survey: Survey, problems: Sequence[LocatedProblem], language: str) -> list[OutlineRow]:
    """The questions in order, in the reader's language where the survey speaks it."""
    items = survey.draft["questions"]
    return [
        OutlineRow(
            key=item["key"],
            number=number,
            kind=item["kind"],
            kind_label=str(QuestionKind(item["kind"]).label),
            icon=ICONS[item["kind"]],
            text=shown_text(survey.draft, item.get("text", {}), language),
            problems=sum(problem.part == item["key"] for problem in problems),
            is_first=number == 1,
            is_last=number == len(items),
        )
        for number, item in enumerate(items, start=1)
    ]


def shown_text(document: Mapping[str, Any], texts: Mapping[str, str], language: str) -> str:
    text = texts.get(language) or texts.get(document["default_language"]) or ""
    return text.replace("{brand}", document.get("brand", ""))


def located_problems(survey: Survey) -> list[LocatedProblem]:
    """What keeps the draft from being published, each with its place."""
    problems = validate(survey.draft, published_kinds(survey))
    return [_located(survey.draft, problem) for problem in problems]


def _located(document: Mapping[str, Any], problem: ProblemAt) -> LocatedProblem:
    head, _dot, rest = problem.path.partition(".")
    if head == "questions" and rest:
        position, _dot, inner = rest.partition(".")
        where = _("Question %(number)s") % {"number": int(position) + 1}
        part = document["questions"][int(position)]["key"]
        return LocatedProblem(part, field_id(inner), where, problem.message)
    if head == "thanks":
        return LocatedProblem(THANKS, field_id(rest), _("Thank-you page"), problem.message)
    part = "" if head == "questions" else SETTINGS
    return LocatedProblem(part, field_id(problem.path), _("Survey"), problem.message)


def field_name(path: str) -> str:
    """The form field of a text: its path inside the part that is edited."""
    return path.replace(".", "-")


def field_id(path: str) -> str:
    return f"id_{field_name(path)}"


def digest(value: object) -> str:
    """What a form shows that it has seen, so that a later save notices somebody else's change."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
