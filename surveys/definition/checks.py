"""What may be saved as a draft (its shape), and what may be published (its content)."""

import re
from collections.abc import Iterator, Mapping, Sized
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.definition.links import MAX_ADDRESS, MAX_LINK_TEXT, address_problem, is_wanted
from surveys.definition.problems import ProblemAt
from surveys.definition.scales import CHOICE, COMMENT, GROUPS, KINDS, SCALES
from surveys.definition.shape import Shape, joined
from surveys.definition.wordings import ask_to_translate, ask_to_write

Document = Mapping[str, Any]

LANGUAGES = ("fr", "en")
MAX_QUESTIONS = 100
MAX_CHOICES = 50
MAX_TEXT = 500
MAX_BRAND = 80
SLOTS = frozenset({"{brand}"})

_SLOT = re.compile(r"\{\w*\}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DOCUMENT_FIELDS = (
    "schema",
    "languages",
    "default_language",
    "brand",
    "last_key",
    "questions",
    "thanks",
)
_QUESTION_FIELDS = (
    "key",
    "kind",
    "required",
    "text",
    "labels",
    "choices",
    "last_choice",
    "multiple",
    "follows",
    "adaptive",
)


def check_shape(document: object) -> list[ProblemAt]:
    """What makes a document unfit to be kept even as a draft."""
    shape = Shape()
    if shape.is_object(document, "", _DOCUMENT_FIELDS):
        _check_document(shape, document)  # type: ignore[arg-type]
    return shape.problems


def validate(document: object, published_kinds: Mapping[str, str] | None = None) -> list[ProblemAt]:
    """Everything that keeps a document from being published.

    `published_kinds` are the kinds of all keys that earlier versions used: answers are
    joined by key, so that a key cannot change its kind.
    """
    problems = check_shape(document)
    if problems or not isinstance(document, Mapping):
        return problems
    return [
        *_count_problems(document),
        *_reused_keys(document, published_kinds or {}),
        *_text_problems(document),
        *_link_problems(document),
    ]


def _check_document(shape: Shape, document: Document) -> None:
    for name in ("languages", "default_language", "questions", "thanks"):
        if name not in document:
            shape.refuse(name, "required", _("Add this field"))
    shape.fields(
        document,
        "",
        {
            "schema": partial(_check_schema, shape),
            "languages": partial(_check_languages, shape),
            "brand": partial(shape.is_text, most=MAX_BRAND),
            "last_key": partial(_check_last_key, shape),
            "questions": partial(_check_questions, shape),
            "thanks": partial(_check_thanks, shape),
        },
    )
    languages = document.get("languages")
    if isinstance(languages, list):
        default = document.get("default_language")
        shape.is_one_of(default, "default_language", map(str, languages), "invalid_language")


def _check_schema(shape: Shape, value: object, path: str) -> None:
    if type(value) is not int or value != 1:
        shape.refuse(path, "unknown_schema", _("Send a document of schema 1"))


def _check_last_key(shape: Shape, value: object, path: str) -> None:
    if type(value) is not int or not 0 <= value < 10**6:
        shape.refuse(path, "invalid_type", _("Send a whole number here"))


def _check_languages(shape: Shape, value: object, path: str) -> None:
    if not shape.is_list(value, path, len(LANGUAGES)) or not isinstance(value, list):
        return
    if not value:
        shape.refuse(path, "required", _("Choose at least one language"))
    for position, language in enumerate(value):
        shape.is_one_of(language, f"{path}.{position}", LANGUAGES, "invalid_language")
    if len(set(map(str, value))) != len(value):
        shape.refuse(path, "duplicate", _("Name each language once"))


def _check_questions(shape: Shape, value: object, path: str) -> None:
    # Twice the limit of publishing: a draft may be too long for a while.
    if not shape.is_list(value, path, 2 * MAX_QUESTIONS) or not isinstance(value, list):
        return
    seen: set[str] = set()
    for position, item in enumerate(value):
        here = f"{path}.{position}"
        if not shape.is_object(item, here, _QUESTION_FIELDS):
            continue
        _check_question(shape, item, here)
        key = item.get("key")
        if isinstance(key, str) and key in seen:
            message = _("Give this question a key of its own: another one has %(key)s")
            shape.refuse(f"{here}.key", "duplicate_key", message % {"key": key})
        seen.add(str(key))


def _check_question(shape: Shape, item: Document, path: str) -> None:
    if not isinstance(item.get("key"), str) or not _KEY.fullmatch(item["key"]):
        shape.refuse(f"{path}.key", "invalid_key", _("Use a key like q1"))
    shape.is_one_of(item.get("kind"), f"{path}.kind", KINDS, "unknown_kind")
    shape.fields(
        item,
        path,
        {
            "required": shape.is_bool,
            "last_choice": partial(_check_last_key, shape),
            "multiple": shape.is_bool,
            "text": partial(_check_texts, shape),
            "follows": partial(shape.is_text, most=40),
            "adaptive": partial(_check_groups, shape),
            "labels": partial(_check_labels, shape, kind=str(item.get("kind"))),
            "choices": partial(_check_choices, shape),
        },
    )


def _check_texts(shape: Shape, value: object, path: str, *, most: int = MAX_TEXT) -> None:
    if shape.is_object(value, path, LANGUAGES) and isinstance(value, Mapping):
        for language, text in value.items():
            shape.is_text(text, joined(path, language), most)


def _check_groups(shape: Shape, value: object, path: str) -> None:
    if shape.is_object(value, path, GROUPS) and isinstance(value, Mapping):
        for group, texts in value.items():
            _check_texts(shape, texts, joined(path, group))


def _check_thanks(shape: Shape, value: object, path: str) -> None:
    if shape.is_object(value, path, (*GROUPS, "link")) and isinstance(value, Mapping):
        texts = partial(_check_texts, shape)
        link = partial(_check_link, shape)
        shape.fields(value, path, {**dict.fromkeys(GROUPS, texts), "link": link})


def _check_link(shape: Shape, value: object, path: str) -> None:
    if shape.is_object(value, path, ("text", "url")) and isinstance(value, Mapping):
        texts = partial(_check_texts, shape, most=MAX_LINK_TEXT)
        url = partial(shape.is_text, most=MAX_ADDRESS)
        shape.fields(value, path, {"text": texts, "url": url})


def _check_labels(shape: Shape, value: object, path: str, *, kind: str) -> None:
    scale = SCALES.get(kind)
    values = [str(number) for number in scale.values] if scale else []
    if shape.is_object(value, path, values) and isinstance(value, Mapping):
        for number, texts in value.items():
            _check_texts(shape, texts, joined(path, number))


def _check_choices(shape: Shape, value: object, path: str) -> None:
    if not shape.is_list(value, path, MAX_CHOICES) or not isinstance(value, list):
        return
    seen: set[str] = set()
    for position, item in enumerate(value):
        here = f"{path}.{position}"
        if not shape.is_object(item, here, ("id", "text")):
            continue
        choice_id = item.get("id")
        if not isinstance(choice_id, str) or not _KEY.fullmatch(choice_id) or choice_id in seen:
            shape.refuse(f"{here}.id", "invalid_key", _("Give each answer an id like c1"))
        seen.add(str(choice_id))
        _check_texts(shape, item.get("text", {}), f"{here}.text")


def _count_problems(document: Document) -> Iterator[ProblemAt]:
    questions = document["questions"]
    if not questions:
        yield ProblemAt("questions", "no_question", _("Add at least one question"))
    if len(questions) > MAX_QUESTIONS:
        message = _("Keep at most %(most)s questions") % {"most": MAX_QUESTIONS}
        yield ProblemAt("questions", "too_many_questions", message)
    scored = {item["key"] for item in questions if item["kind"] in SCALES}
    for position, item in enumerate(questions):
        path = f"questions.{position}"
        if item["kind"] == CHOICE and len(item.get("choices", [])) < 2:
            message = _("Offer at least two answers")
            yield ProblemAt(f"{path}.choices", "too_few_choices", message)
        if item.get("follows") and item["follows"] not in scored:
            message = _("Tie this comment to a score question of this survey")
            yield ProblemAt(f"{path}.follows", "unknown_question", message)


def _reused_keys(document: Document, kinds: Mapping[str, str]) -> Iterator[ProblemAt]:
    for position, item in enumerate(document["questions"]):
        if kinds.get(item["key"], item["kind"]) != item["kind"]:
            message = _("Give this question a new key: %(key)s was published as another kind")
            path = f"questions.{position}.key"
            yield ProblemAt(path, "key_reused", message % {"key": item["key"]})


def _text_problems(document: Document) -> Iterator[ProblemAt]:
    default = document["default_language"]
    for path, texts in _all_texts(document):
        original = texts.get(default, "").strip()
        if not original:
            message = ask_to_write(path, default)
            yield ProblemAt(f"{path}.{default}", "empty_text", message)
            continue
        yield from _unknown_slots(f"{path}.{default}", original)
        for language in document["languages"]:
            if language != default:
                text = texts.get(language, "").strip()
                yield from _translation_problems(f"{path}.{language}", language, original, text)


def _link_problems(document: Document) -> Iterator[ProblemAt]:
    link = _wanted_link(document)
    if link is not None:
        problem = address_problem(link.get("url", "").strip(), "thanks.link.url")
        yield from [problem] if problem else []


def _wanted_link(document: Document) -> Document | None:
    link: Document = document["thanks"].get("link", {})
    return link if is_wanted(link, document["languages"]) else None


def _unknown_slots(path: str, text: str) -> Iterator[ProblemAt]:
    for slot in sorted(set(_SLOT.findall(text)) - SLOTS):
        message = _("Replace %(slot)s: only {brand} is filled in")
        yield ProblemAt(path, "unknown_placeholder", message % {"slot": slot})


def _translation_problems(
    path: str, language: str, original: str, text: str
) -> Iterator[ProblemAt]:
    if not text:
        message = ask_to_translate(path.removesuffix(f".{language}"), language)
        yield ProblemAt(path, "missing_translation", message)
        return
    yield from _unknown_slots(path, text)
    for slot in sorted(set(_SLOT.findall(original)) & SLOTS - set(_SLOT.findall(text))):
        message = _("Keep %(slot)s in the translation")
        yield ProblemAt(path, "missing_placeholder", message % {"slot": slot})


def _all_texts(document: Document) -> Iterator[tuple[str, Mapping[str, str]]]:
    for position, item in enumerate(document["questions"]):
        for name, texts in question_texts(item):
            yield f"questions.{position}.{name}", texts
    for group in GROUPS:
        yield f"thanks.{group}", document["thanks"].get(group, {})
    link = _wanted_link(document)
    if link is not None:
        yield "thanks.link.text", link.get("text", {})


def question_texts(item: Document) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text that customers read of one question, with its path inside the question."""
    yield "text", item.get("text", {})
    scale = SCALES.get(item["kind"])
    if scale:
        labels = item.get("labels", {})
        shown = sorted({*map(str, scale.labelled), *labels}, key=int)
        for value in shown:
            yield f"labels.{value}", labels.get(value, {})
    if item["kind"] == CHOICE:
        for position, choice in enumerate(item.get("choices", [])):
            yield f"choices.{position}.text", choice.get("text", {})
    if item["kind"] == COMMENT and item.get("adaptive"):
        for group in GROUPS:
            yield f"adaptive.{group}", item["adaptive"].get(group, {})


def summary(problems: Sized) -> str:
    """The one line that sums problems up."""
    count = len(problems)
    return ngettext("%(count)s thing to fix", "%(count)s things to fix", count) % {"count": count}
