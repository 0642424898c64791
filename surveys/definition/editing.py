"""Changes to a draft document: each takes one and returns another, and touches nothing else."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from surveys.definition.library import adaptive_texts, question
from surveys.definition.scales import COMMENT

Document = dict[str, Any]

_NUMBERED = re.compile(r"q([0-9]{1,5})")


class QuestionGone(Exception):
    """The question was removed by somebody else."""


def highest_key(document: Mapping[str, Any]) -> int:
    """The largest number that a question key of this document ever had."""
    numbers: list[int] = [document.get("last_key", 0)]
    for item in document.get("questions", []):
        match = _NUMBERED.fullmatch(item["key"])
        numbers.append(int(match.group(1)) if match else 0)
    return max(numbers)


def position_of(document: Mapping[str, Any], key: str) -> int:
    for position, item in enumerate(document["questions"]):
        if item["key"] == key:
            return position
    raise QuestionGone(key)


def find_question(document: Mapping[str, Any], key: str) -> Document:
    found: Document = document["questions"][position_of(document, key)]
    return found


def add_question(document: Document, kind: str, after: str = "") -> tuple[Document, str]:
    """A new question of a kind behind another one (else at the end), and its key."""
    fresh, key = _with_next_key(document)
    item = question(kind, key)
    position = position_of(fresh, after) + 1 if after else len(fresh["questions"])
    fresh["questions"].insert(position, item)
    return fresh, key


def duplicate_question(document: Document, key: str) -> tuple[Document, str]:
    """The same question once more, right behind, under a key of its own."""
    fresh, new_key = _with_next_key(document)
    position = position_of(fresh, key)
    copy = {**deepcopy(fresh["questions"][position]), "key": new_key}
    fresh["questions"].insert(position + 1, copy)
    return fresh, new_key


def remove_question(document: Document, key: str) -> Document:
    """The document without a question; a comment bound to it asks everybody the same."""
    fresh = deepcopy(document)
    del fresh["questions"][position_of(fresh, key)]
    for item in fresh["questions"]:
        if item.get("follows") == key:
            item.pop("follows")
            item.pop("adaptive", None)
    return fresh


def move_question(document: Document, key: str, distance: int) -> Document:
    """The question so many places further down (or up), stopping at the ends."""
    fresh = deepcopy(document)
    position = position_of(fresh, key)
    target = min(max(position + distance, 0), len(fresh["questions"]) - 1)
    fresh["questions"].insert(target, fresh["questions"].pop(position))
    return fresh


def replace_question(document: Document, key: str, item: Document) -> Document:
    fresh = deepcopy(document)
    fresh["questions"][position_of(fresh, key)] = item
    return fresh


def change_kind(document: Document, key: str, kind: str) -> tuple[Document, str]:
    """The question as another kind: answers of the two never mix, so it gets a new key."""
    position = position_of(document, key)
    before = document["questions"][position]
    if before["kind"] == kind:
        return document, key
    fresh, new_key = _with_next_key(remove_question(document, key))
    item = question(kind, new_key)
    item["required"] = before.get("required", False) and kind != COMMENT
    fresh["questions"].insert(position, item)
    return fresh, new_key


def bind_comment(document: Document, key: str, follows: str) -> Document:
    """Let a comment adapt to the score of a question (or, with "", ask everybody the same)."""
    fresh = deepcopy(document)
    item = find_question(fresh, key)
    item.pop("follows", None)
    if not follows:
        item.pop("adaptive", None)
        return fresh
    score = find_question(fresh, follows)
    item["follows"] = follows
    if "adaptive" not in item:
        item["adaptive"] = adaptive_texts(score["kind"])
    return fresh


def add_choice(document: Document, key: str) -> Document:
    """One more answer to offer, still to be worded."""
    fresh = deepcopy(document)
    item = find_question(fresh, key)
    item["last_choice"] = _highest_choice(item) + 1
    item.setdefault("choices", []).append({"id": f"c{item['last_choice']}", "text": {}})
    return fresh


def remove_choice(document: Document, key: str, choice_id: str) -> Document:
    fresh = deepcopy(document)
    item = find_question(fresh, key)
    item["last_choice"] = _highest_choice(item)  # past answers keep the id of a removed one
    item["choices"] = [choice for choice in item.get("choices", []) if choice["id"] != choice_id]
    return fresh


def _highest_choice(item: Document) -> int:
    numbers: list[int] = [
        int(choice["id"][1:]) for choice in item.get("choices", []) if choice["id"][1:].isdigit()
    ]
    numbers.append(item.get("last_choice", 0))
    return max(numbers)


def changed_part(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Where two states of a draft differ first: a question's key, "thanks" or "settings"."""
    known = {item["key"]: item for item in before["questions"]}
    for item in after["questions"]:
        if known.get(item["key"]) != item:
            return str(item["key"])
    if before["thanks"] != after["thanks"]:
        return "thanks"
    if len(before["questions"]) != len(after["questions"]):
        return ""
    is_moved = before["questions"] != after["questions"]
    return str(after["questions"][0]["key"]) if is_moved else "settings"


def _with_next_key(document: Document) -> tuple[Document, str]:
    fresh = deepcopy(document)
    fresh["last_key"] = highest_key(fresh) + 1
    return fresh, f"q{fresh['last_key']}"
