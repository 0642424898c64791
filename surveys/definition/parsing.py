"""From a document that passed its checks to typed values, every language filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.definition.links import address_problem, host_of
from surveys.definition.model import Choice, Definition, Question, Texts, ThanksLink
from surveys.definition.scales import GROUPS

Document = Mapping[str, Any]


def parse(document: Document) -> Definition:
    """The definition that a document describes.

    Tolerates unfinished drafts: a missing text is filled from the default language, then
    left empty, so that the preview of a draft always shows something.
    """
    languages = tuple(document.get("languages") or ["en"])
    default = document.get("default_language") or languages[0]
    texts = _Texts(languages, default, document.get("brand", ""))
    thanks = document.get("thanks", {})
    return Definition(
        languages=languages,
        default_language=default,
        brand=document.get("brand", ""),
        questions=tuple(_question(item, texts) for item in document.get("questions", [])),
        thanks={group: texts.filled(thanks.get(group, {})) for group in GROUPS},
        thanks_link=_link(thanks.get("link", {}), texts),
    )


class _Texts:
    """Fills the languages of a text and the slot of the brand's name."""

    def __init__(self, languages: Sequence[str], default: str, brand: str) -> None:
        self._languages = languages
        self._default = default
        self._brand = brand

    def filled(self, texts: Mapping[str, str]) -> Texts:
        fallback = texts.get(self._default, "")
        return {
            language: (texts.get(language) or fallback).replace("{brand}", self._brand)
            for language in self._languages
        }


def _link(item: Document, texts: _Texts) -> ThanksLink | None:
    """The link once it is whole: an unfinished one of a draft is not shown, nor a bad address."""
    url = item.get("url", "").strip()
    words = texts.filled(item.get("text", {}))
    if not all(text.strip() for text in words.values()) or address_problem(url, ""):
        return None
    return ThanksLink(words, url, host_of(url))


def _question(item: Document, texts: _Texts) -> Question:
    adaptive = item.get("adaptive") or {}
    return Question(
        key=item["key"],
        kind=item["kind"],
        is_required=item.get("required", False),
        text=texts.filled(item.get("text", {})),
        labels={
            int(value): texts.filled(label)
            for value, label in sorted(item.get("labels", {}).items())
        },
        choices=tuple(
            Choice(choice["id"], texts.filled(choice.get("text", {})))
            for choice in item.get("choices", [])
        ),
        is_multiple=item.get("multiple", False),
        follows=item.get("follows", ""),
        adaptive=(
            {group: texts.filled(adaptive.get(group, {})) for group in GROUPS} if adaptive else None
        ),
    )
