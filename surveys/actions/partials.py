"""The parts of a respondent's page: each question as its template shows it."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from django.utils.translation import gettext as _

from surveys.definition import GROUPS, Definition, ProblemAt, Question
from surveys.definition.hyphens import breakable


class Option(TypedDict):
    value: str
    word: str
    group: str
    is_checked: bool
    is_chosen: bool


class Wording(TypedDict):
    group: str
    text: str


class Part(TypedDict):
    """One question of a page."""

    template: str
    anchor: str
    name: str
    kind: str
    step: int
    heading: str
    text: str
    wordings: list[Wording]
    is_required: bool
    is_multiple: bool
    missing: str
    error: str
    layout: str
    options: list[Option]
    ends: list[str]
    value: str


def field_name(key: str) -> str:
    """The name of a question's field: the path that errors use too."""
    return f"answers.{key}"


def question_parts(
    definition: Definition,
    language: str,
    answers: Mapping[str, object],
    problems: Sequence[ProblemAt],
    *,
    is_chosen: bool = False,
    left_out: Collection[str] = (),
) -> list[Part]:
    """Every question, one per step; the one that a link answered shares its step with its why.

    Those that are left out are not asked, except for the last: no page is without a question.
    """
    errors = {problem.path: problem.message for problem in problems}
    chosen = definition.primary.key if is_chosen and definition.primary and answers else ""
    parts: list[Part] = []
    step = -1
    for question in definition.questions:
        if question.key in left_out and question is not definition.questions[-1]:
            continue
        if not (chosen and question.follows == chosen and step >= 0):
            step += 1
        part = _part(question, language, answers.get(question.key))
        part["step"] = step
        part["heading"] = "h2" if parts or chosen else "h1"
        part["error"] = errors.get(part["name"], "")
        for option in part["options"]:
            option["is_chosen"] = question.key == chosen and option["is_checked"]
        parts.append(part)
    return parts


def _part(question: Question, language: str, answer: object) -> Part:
    return {
        "template": f"surveys/_respond_{_family(question)}.html",
        "anchor": question.key,
        "name": field_name(question.key),
        "kind": question.kind,
        "step": 0,
        "heading": "h1",
        "text": question.text[language],
        "wordings": _wordings(question, language),
        "is_required": question.is_required,
        "is_multiple": question.is_multiple,
        "missing": _missing(question),
        "error": "",
        "layout": _layout(question),
        "options": _options(question, language, answer),
        "ends": _ends(question, language),
        "value": str(answer) if question.is_comment and answer is not None else "",
    }


def _family(question: Question) -> str:
    if question.scale:
        return "scale"
    return "choice" if question.is_choice else "comment"


def _layout(question: Question) -> str:
    if question.scale is None:
        return ""
    words = " worded" if _has_every_word(question) else ""
    return f"n{len(question.scale.values)}{words}"


def _has_every_word(question: Question) -> bool:
    scale = question.scale
    return scale is not None and set(scale.labelled) == set(scale.values)


def _options(question: Question, language: str, answer: object) -> list[Option]:
    if question.is_choice:
        chosen = answer if isinstance(answer, list) else [answer]
        return [
            _option(choice.id, choice.text[language], "", choice.id in chosen)
            for choice in question.choices
        ]
    if question.scale is None:
        return []
    with_words = _has_every_word(question)
    return [
        _option(
            str(value),
            breakable(question.labels[value][language])
            if with_words and value in question.labels
            else "",
            question.scale.group_of(value),
            type(answer) is int and answer == value,
        )
        for value in question.scale.values
    ]


def _option(value: str, word: str, group: str, is_checked: bool) -> Option:
    return {
        "value": value,
        "word": word,
        "group": group,
        "is_checked": is_checked,
        "is_chosen": False,
    }


def _ends(question: Question, language: str) -> list[str]:
    """Words at the ends of a scale, with their numbers."""
    if question.scale is None or _has_every_word(question):
        return []
    ends = (question.scale.low, question.scale.high)
    return [
        _("%(value)s: %(label)s") % {"value": value, "label": question.labels[value][language]}
        for value in ends
        if value in question.labels
    ]


def _wordings(question: Question, language: str) -> list[Wording]:
    """The question in its own words, and in those of each branch when it adapts to a score."""
    wordings: list[Wording] = [{"group": "default", "text": question.text[language]}]
    if question.follows and question.adaptive:
        wordings += [
            {"group": group, "text": question.wording(language, group)} for group in GROUPS
        ]
    return wordings


def _missing(question: Question) -> str:
    if question.scale:
        bounds = {"low": question.scale.low, "high": question.scale.high}
        return _("Choose a score from %(low)s to %(high)s") % bounds
    if question.is_choice:
        return (
            _("Choose at least one of the answers")
            if question.is_multiple
            else _("Choose one of the answers")
        )
    return _("Write your answer in words")
