"""The builder's buttons: each changes the structure of the draft in one step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from surveys.actions import drafts
from surveys.definition import editing
from surveys.enums import QuestionKind
from surveys.models import Survey

Document: TypeAlias = dict[str, Any]
Sent: TypeAlias = Mapping[str, str]
# A change, the part to show afterwards, and what to say.
Change: TypeAlias = Callable[[Document, Sent], tuple[Document, str, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The survey after a gesture, the part to show, and the words for it."""

    survey: Survey
    part: str
    said: str
    tone: str = "ok"


def perform(survey: Survey, gesture: str, sent: Sent, actor: User) -> Outcome:
    """Do what a button says; an unknown button is a 404."""
    if gesture in {"undo", "redo"}:
        step = drafts.undo if gesture == "undo" else drafts.redo
        word = _("Undone") if gesture == "undo" else _("Redone")
        before = survey.draft
        saved = step(survey=survey, actor=actor)
        return Outcome(saved, editing.changed_part(before, saved.draft), word)
    change = CHANGES.get(gesture)
    if change is None:
        raise Http404
    result: list[str] = []

    def applied(document: Document) -> Document:
        fresh, part, said = change(document, sent)
        result[:] = [part, said]
        return fresh

    saved = drafts.edit_draft(survey=survey, change=applied, actor=actor)
    return Outcome(saved, *result)


def _add(document: Document, sent: Sent) -> tuple[Document, str, str]:
    keys = {item["key"] for item in document["questions"]}
    after = sent.get("after", "")
    fresh, key = editing.add_question(document, _kind(sent), after if after in keys else "")
    return fresh, key, _("Question added")


def _duplicate(document: Document, sent: Sent) -> tuple[Document, str, str]:
    fresh, key = editing.duplicate_question(document, sent.get("key", ""))
    return fresh, key, _("Question duplicated")


def _remove(document: Document, sent: Sent) -> tuple[Document, str, str]:
    key = sent.get("key", "")
    position = editing.position_of(document, key)
    fresh = editing.remove_question(document, key)
    left = [item["key"] for item in fresh["questions"]]
    neighbour = left[min(position, len(left) - 1)] if left else ""
    return fresh, neighbour, _("Question removed: Undo brings it back")


def _up(document: Document, sent: Sent) -> tuple[Document, str, str]:
    return _moved(document, sent, -1)


def _down(document: Document, sent: Sent) -> tuple[Document, str, str]:
    return _moved(document, sent, 1)


def _moved(document: Document, sent: Sent, distance: int) -> tuple[Document, str, str]:
    key = sent.get("key", "")
    before = editing.position_of(document, key)
    fresh = editing.move_question(document, key, distance)
    if fresh == document:
        return fresh, sent.get("part", key), _("This question is already at that end")
    said = _("Question %(before)s moved to position %(after)s of %(total)s") % {
        "before": before + 1,
        "after": editing.position_of(fresh, key) + 1,
        "total": len(fresh["questions"]),
    }
    return fresh, sent.get("part", key), said


def _change_kind(document: Document, sent: Sent) -> tuple[Document, str, str]:
    fresh, key = editing.change_kind(document, sent.get("key", ""), _kind(sent))
    return fresh, key, _("Type changed")


def _add_choice(document: Document, sent: Sent) -> tuple[Document, str, str]:
    key = sent.get("key", "")
    return editing.add_choice(document, key), key, _("Answer added")


def _remove_choice(document: Document, sent: Sent) -> tuple[Document, str, str]:
    key = sent.get("key", "")
    fresh = editing.remove_choice(document, key, sent.get("choice", ""))
    return fresh, key, _("Answer removed: Undo brings it back")


def _kind(sent: Sent) -> str:
    kind = sent.get("kind", "")
    if kind not in QuestionKind.values:
        raise Http404
    return kind


CHANGES: dict[str, Change] = {
    "add": _add,
    "duplicate": _duplicate,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "kind": _change_kind,
    "add-choice": _add_choice,
    "remove-choice": _remove_choice,
}
