"""Cleaning what customers type: kept as written, made harmless to store and to show."""

import re
import unicodedata

MAX_COMMENT = 4_000
MAX_MARKS = 8  # combining marks on one letter; more is "zalgo"

# Controls but tab and newline, soft hyphen, zero-width and bidirectional controls, BOM.
_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
# Joiners make emoji families and Persian or Indic words; alone or at an edge they are only tricks.
_LOOSE_JOINER = re.compile("(?:^|(?<=\\s))[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|[\u200c\u200d]|$)")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85|\x0b|\x0c")
_DIGITS = re.compile("[0-9](?:[ .\u00a0\u202f-]?[0-9]){12,}")
_FIRST_OF_CARDS = frozenset("23456")
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_SHOWN_OF_CARDS = 4


def clean_text(text: str) -> str:
    """A customer's words in NFC, without invisible characters, with card numbers masked."""
    if not text.isascii():
        text = _LINE_ENDS.sub("\n", text)
        text = _LOOSE_JOINER.sub("", _REMOVED.sub("", text))
        text = unicodedata.normalize("NFC", _with_fewer_marks(text))
    elif not text.isprintable():
        text = _REMOVED.sub("", _LINE_ENDS.sub("\n", text))
    return _DIGITS.sub(_masked_cards, text.strip())


def _with_fewer_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _masked_cards(match: re.Match[str]) -> str:
    """The run of digits with every part that can be a card number starred out."""
    run = match.group()
    digits = [position for position, character in enumerate(run) if character.isdigit()]
    characters = list(run)
    start = 0
    while start + _SHORTEST_CARD <= len(digits):
        length = _card_length(run, digits, start)
        for position in digits[start : start + max(length - _SHOWN_OF_CARDS, 0)]:
            characters[position] = "*"
        start += length or 1
    return "".join(characters)


def _card_length(run: str, digits: list[int], start: int) -> int:
    """How many digits from here make a card number, from and to a break of the run; or 0."""
    if run[digits[start]] not in _FIRST_OF_CARDS or not _is_break(digits, start):
        return 0
    longest = min(_LONGEST_CARD, len(digits) - start)
    for length in range(longest, _SHORTEST_CARD - 1, -1):
        number = [int(run[position]) for position in digits[start : start + length]]
        if _is_break(digits, start + length) and _passes_luhn(number):
            return length
    return 0


def _is_break(digits: list[int], index: int) -> bool:
    """Whether a group of digits may begin at this index: an edge, or after a separator."""
    is_edge = index in {0, len(digits)}
    return is_edge or digits[index] - digits[index - 1] > 1


def _passes_luhn(number: list[int]) -> bool:
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in number[-2::-2]]
    return (sum(number[-1::-2]) + sum(doubled)) % 10 == 0
