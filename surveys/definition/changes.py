"""What differs between two documents of one survey, as the customer would notice it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.definition.scales import CHOICE, GROUPS, SCALES

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `what` happened, to which question (none for the survey as a whole).

    `number` is the question's place in the new document (in the old one when it is gone),
    `detail` says which text it is: the value of a label, the branch of a score, a language.
    """

    what: str
    key: str = ""
    number: int = 0
    language: str = ""
    detail: str = ""
    before: str = ""
    after: str = ""
    breaks_series: bool = False


def changes(before: Document, after: Document) -> list[Change]:
    """Everything that a customer would see differently, in the order of the page."""
    shown = [code for code in after["languages"] if code in before["languages"]]
    return [
        *_settings(before, after),
        *_questions(before, after, shown),
        *_thanks(before, after, shown),
    ]


def _settings(before: Document, after: Document) -> Iterator[Change]:
    for what, here, there in (
        ("language_added", after, before),
        ("language_removed", before, after),
    ):
        for code in here["languages"]:
            if code not in there["languages"]:
                yield Change(what, language=code)
    if before["default_language"] != after["default_language"]:
        yield Change("default_language", language=after["default_language"])
    old, new = before.get("brand", ""), after.get("brand", "")
    if old != new:
        yield Change("brand", before=old, after=new)


def _questions(before: Document, after: Document, shown: Sequence[str]) -> Iterator[Change]:
    old = _by_key(before["questions"], "key")
    new = _by_key(after["questions"], "key")
    moved = _moved([key for key in old if key in new], [key for key in new if key in old])
    for key, (number, item) in new.items():
        if key not in old:
            text = _default_text(after, item)
            yield Change("question_added", key, number, after=text)
            continue
        place, known = old[key]
        if key in moved:
            series = item["kind"] in SCALES
            yield Change("question_moved", key, number, detail=str(place), breaks_series=series)
        yield from _Comparison(before, after, key, number, shown).of(known, item)
    for key, (number, item) in old.items():
        if key not in new:
            yield Change("question_removed", "", number, before=_default_text(before, item))


def _thanks(before: Document, after: Document, shown: Sequence[str]) -> Iterator[Change]:
    comparison = _Comparison(before, after, "", 0, shown)
    for group in GROUPS:
        old, new = before["thanks"].get(group, {}), after["thanks"].get(group, {})
        yield from comparison.texts("thanks_reworded", old, new, group)
    yield from _thanks_link(comparison, before, after)


def _thanks_link(comparison: "_Comparison", before: Document, after: Document) -> Iterator[Change]:
    old, new = before["thanks"].get("link", {}), after["thanks"].get("link", {})
    was, now = (link.get("url", "").strip() for link in (old, new))
    if was and now:
        yield from comparison.texts(
            "thanks_link_reworded", old.get("text", {}), new.get("text", {})
        )
        if was != now:
            yield Change("thanks_link_address", before=was, after=now)
    elif was:
        yield Change("thanks_link_removed", before=was)
    elif now:
        yield Change("thanks_link_added", after=now)


@dataclass(frozen=True)
class _Comparison:
    """Two states of one question."""

    old_document: Document
    new_document: Document
    key: str
    number: int
    shown: Sequence[str]

    def of(self, old: Document, new: Document) -> Iterator[Change]:
        yield from self.texts("question_reworded", old.get("text", {}), new.get("text", {}))
        yield from self._labels(old.get("labels", {}), new.get("labels", {}))
        if new["kind"] == CHOICE:
            yield from self._choices(old.get("choices", []), new.get("choices", []))
        yield from self._wording_by_score(old, new)
        for name, is_series in (("required", False), ("multiple", True)):
            was, now = old.get(name, False), new.get(name, False)
            if was != now:
                what = f"{name}_{'on' if now else 'off'}"
                yield Change(what, self.key, self.number, breaks_series=is_series)

    def texts(
        self, what: str, old: Mapping[str, str], new: Mapping[str, str], detail: str = ""
    ) -> Iterator[Change]:
        """The languages in which a text reads differently; the brand's name is a slot in both."""
        for code in self.shown:
            was, now = old.get(code, ""), new.get(code, "")
            if was != now:
                yield Change(
                    what,
                    self.key,
                    self.number,
                    language=code,
                    detail=detail,
                    before=_with_brand(self.old_document, was),
                    after=_with_brand(self.new_document, now),
                )

    def _labels(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
        for value in sorted({*old, *new}, key=int):
            yield from self.texts("label_reworded", old.get(value, {}), new.get(value, {}), value)

    def _choices(self, old: Sequence[Document], new: Sequence[Document]) -> Iterator[Change]:
        was, now = _by_key(old, "id"), _by_key(new, "id")
        for name, (_place, choice) in now.items():
            if name not in was:
                text = _default_text(self.new_document, choice)
                yield Change("choice_added", self.key, self.number, after=text, breaks_series=True)
            else:
                known = was[name][1].get("text", {})
                yield from self.texts("choice_reworded", known, choice.get("text", {}))
        for name, (_place, choice) in was.items():
            if name not in now:
                text = _default_text(self.old_document, choice)
                yield Change(
                    "choice_removed", self.key, self.number, before=text, breaks_series=True
                )
        if [name for name in was if name in now] != [name for name in now if name in was]:
            yield Change("choices_moved", self.key, self.number, breaks_series=True)

    def _wording_by_score(self, old: Document, new: Document) -> Iterator[Change]:
        was, now = old.get("follows", ""), new.get("follows", "")
        if was != now:
            numbers = _by_key(self.new_document["questions"], "key")
            followed = str(numbers[now][0]) if now in numbers else ""
            yield Change("follows_changed", self.key, self.number, detail=followed)
        if was and now:
            for group in GROUPS:
                yield from self.texts(
                    "adaptive_reworded",
                    (old.get("adaptive") or {}).get(group, {}),
                    (new.get("adaptive") or {}).get(group, {}),
                    group,
                )


def _by_key(items: Sequence[Document], name: str) -> dict[str, tuple[int, Document]]:
    """Each item with its number, by what names it, in order."""
    return {item[name]: (number, item) for number, item in enumerate(items, start=1)}


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest names that must change place to make one order the other."""
    place = {key: position for position, key in enumerate(old)}
    tails: list[int] = []  # the lowest end of a rising run of each length
    last: list[str] = []
    before: dict[str, str] = {}
    for key in new:
        position = bisect_left(tails, place[key])
        if position:
            before[key] = last[position - 1]
        tails[position : position + 1] = [place[key]]
        last[position : position + 1] = [key]
    kept = set()
    key = last[-1] if last else ""
    while key:
        kept.add(key)
        key = before.get(key, "")
    return set(new) - kept


def _default_text(document: Document, item: Document) -> str:
    return _with_brand(document, item.get("text", {}).get(document["default_language"], ""))


def _with_brand(document: Document, text: str) -> str:
    return text.replace("{brand}", document.get("brand", ""))
