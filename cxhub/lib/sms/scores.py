"""Reading a score out of a text message: the number, and the words that came with it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a message gives no score."""

    NO_NUMBER = "no_number"
    AMBIGUOUS = "ambiguous"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True, slots=True)
class Score:
    """A score and the remaining words, as the customer typed them."""

    value: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """No score could be read with certainty: ask once more, never guess."""

    why: Why


_WORDS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
    "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))

_OF = r"(?:/|sur|out\s+of|of)"
# "ma note : 9", "je mets 9": said before a score and never before a quantity.
_LEAD_IN = re.compile(
    r"(?:(?:ma\s+|my\s+)?(?:note|score|rating|reponse|answer)(?:\s+(?:est|is|de|of))?"
    r"|je\s+(?:mets|donne|dirais|dis|note|vous\s+mets|vous\s+donne)(?:\s+(?:un|une))?"
    r"|i(?:\s+would|'d|’d)?\s+(?:say|give|rate)(?:\s+(?:you|it))?(?:\s+an?)?"
    r"|(?:c'est|c’est)(?:\s+une?)?|(?:it's|it’s)(?:\s+an?)?)\s*[:=]?\s+(?=[+-]?\d)|(?:note|score)\s*[:=]\s*"
)
_NUMBER = re.compile(r"(?P<sign>[+-])?\s*(?P<value>\d+)(?P<decimal>[.,]\d)?(?!\d)")
_DENOMINATOR = re.compile(rf"\s*{_OF}\s*(?P<value>\d+|{_WORD})(?!\w)")
_FRACTION = re.compile(r"(?<![\w.,/-])(?P<value>\d{1,2})\s*/\s*(?P<over>\d{1,3})(?![\w/]|[.,]\d)")
# After these a leading number counts minutes, euros or visits.
_UNIT = re.compile(
    r"\s*(?:%|€|\$|£|°|°c\b|(?:mins?|minutes?|h|hrs?|heures?|hours?|s|secondes?|seconds?|jours?|days?"
    r"|semaines?|weeks?|mois|months?|ans?|annees?|years?|euros?|eur|dollars?|fois|times|x|km|kg|m"
    r"|personnes?|people|pers|e|eme|er|ere|st|nd|rd|th)\b)"
)
_OTHER_CHOICE = re.compile(rf"\s*(?:ou|or|a|to|et|and|voire|-|–|,|/|&)\s*(?:{_WORD})(?!\w)")
_WORD_ALONE = re.compile(
    rf"(?P<word>{_WORD})(?:(?=\s*$|\s*[^\w\s'’-])"
    r"|(?=\s+(?:car|parce|mais|because|but|since|as)\b)"
    rf"|(?=\s*{_OF}\s*(?:\d|{_WORD})))"
)
_KEYCAP = re.compile("(?<=[0-9])\ufe0f?\u20e3")
_EDGES = " \t\r\n.,;:!?-–—…)]*\"'»”"


def read_score(text: str, low: int = 0, high: int = 10) -> Score | Unclear:
    """Read one integer from `low` to `high`; two numbers, decimals and negatives are unclear."""
    typed, scale = _readable(text), range(low, high + 1)
    folded = _fold(typed)
    lead_in = _LEAD_IN.match(folded)
    start = lead_in.end() if lead_in else 0
    found = _NUMBER.match(folded, start)
    if found is not None:
        return _from_number(typed, folded, found, scale)
    spoken = _WORD_ALONE.match(folded, start)
    if spoken is not None:
        return _checked(typed, folded, _WORDS[spoken["word"]], spoken.end(), scale)
    return _from_fraction(typed, folded, scale)


def _from_number(typed: str, folded: str, found: re.Match[str], scale: range) -> Score | Unclear:
    if found["sign"] or found["decimal"]:
        return Unclear(Why.AMBIGUOUS)
    rest = folded[found.end() :]
    if rest[:1].isalpha() or _UNIT.match(rest):
        return Unclear(Why.NO_NUMBER)
    if len(found["value"]) > 4:
        return Unclear(Why.OUT_OF_RANGE)
    return _checked(typed, folded, int(found["value"]), found.end(), scale)


def _checked(typed: str, folded: str, value: int, end: int, scale: range) -> Score | Unclear:
    """Accept a candidate when nothing after it could be another score."""
    over = _DENOMINATOR.match(folded, end)
    if over is not None:
        if _integer(over["value"]) != scale[-1]:
            return Unclear(Why.AMBIGUOUS)
        end = over.end()
    rest = folded[end:]
    if re.search(r"\d", rest) or _OTHER_CHOICE.match(rest):
        return Unclear(Why.AMBIGUOUS)
    if value not in scale:
        return Unclear(Why.OUT_OF_RANGE)
    return Score(value, typed[end:].lstrip(_EDGES).rstrip())


def _from_fraction(typed: str, folded: str, scale: range) -> Score | Unclear:
    """`n/10` is a score wherever it stands; a bare number inside a sentence is not."""
    fractions = [m for m in _FRACTION.finditer(folded) if int(m["over"]) == scale[-1]]
    if len(fractions) != 1:
        return Unclear(Why.AMBIGUOUS if fractions else Why.NO_NUMBER)
    found = fractions[0]
    around = folded[: found.start()] + folded[found.end() :]
    if re.search(r"\d", around):
        return Unclear(Why.AMBIGUOUS)
    if int(found["value"]) not in scale:
        return Unclear(Why.OUT_OF_RANGE)
    before, after = (
        typed[: found.start()].strip(),
        typed[found.end() :].lstrip(_EDGES).rstrip(),
    )
    return Score(int(found["value"]), " ".join(part for part in (before, after) if part))


def _readable(text: str) -> str:
    """Turn every decimal digit, keycap and odd space into what the grammar reads."""
    characters = []
    for character in unicodedata.normalize("NFC", text):
        if character.isdecimal():
            characters.append(str(unicodedata.decimal(character)))
        elif character == "🔟":
            characters.append("10")
        elif character in "／⁄∕":
            characters.append("/")
        elif character in "−‐‑":
            characters.append("-")
        elif character.isspace():
            characters.append("\n" if character == "\n" else " ")
        elif character not in "\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff":
            characters.append(character)
    return _KEYCAP.sub("", "".join(characters)).rstrip().lstrip(" \n\"'«»“”*([")


def _fold(text: str) -> str:
    """Lower-case and drop accents, keeping every position (one character for one)."""
    folded = []
    for character in text:
        bare = unicodedata.normalize("NFD", character)[0].lower()
        folded.append(bare if len(bare) == 1 else character)
    return "".join(folded)


def _integer(text: str) -> int:
    return int(text) if text.isdecimal() else _WORDS[text]
