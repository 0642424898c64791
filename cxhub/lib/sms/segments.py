"""How many segments a text message takes, and how to make it take fewer."""

import unicodedata
from dataclasses import dataclass

GSM_7 = "GSM-7"
UCS_2 = "UCS-2"
MAX_MERGED = 40

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

# What typography adds for the screen and a telephone does not need. Nothing here changes a word.
_TYPOGRAPHY = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "ʼ": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‹": "'",
        "›": "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "·": ".",
        "×": "x",
        "œ": "oe",
        "Œ": "OE",
        "\t": " ",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u200a": " ",
        "\u202f": " ",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_QUOTE_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Count:
    """What a text costs: units are septets in GSM-7, 16-bit units in UCS-2."""

    encoding: str
    units: int
    segments: int


@dataclass(frozen=True, slots=True)
class Costly:
    """A character outside GSM-7 and what could stand for it (None: nothing could)."""

    character: str
    replacement: str | None
    changes_spelling: bool


def count(text: str) -> Count:
    """Return encoding, units and segments of a text exactly as it is written."""
    widths = _gsm_widths(text)
    if widths is not None:
        return Count(GSM_7, sum(widths), _segments(widths, alone=160, joined=153))
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Count(UCS_2, sum(widths), _segments(widths, alone=70, joined=67))


def normalise(text: str, *, keep_accents: bool = True) -> str:
    """Return the text in telephone typography; drop accents outside GSM-7 only if told to."""
    composed = _without_invisible(unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    guillemets = composed.translate(_QUOTE_SPACES).replace("« ", '"').replace(" »", '"')
    plain = guillemets.translate(_TYPOGRAPHY)
    if keep_accents:
        return plain
    return "".join(_unaccented(character) for character in plain)


def costly(text: str) -> list[Costly]:
    """Return, once each and in order, the characters that force the text out of GSM-7."""
    found: dict[str, Costly] = {}
    for character in unicodedata.normalize("NFC", text):
        if character in _BASIC or character in _EXTENDED or character in found:
            continue
        typographic = normalise(character)
        if _gsm_widths(typographic) is not None:
            found[character] = Costly(character, typographic, changes_spelling=False)
            continue
        bare = _unaccented(character)
        replacement = bare if _gsm_widths(bare) is not None else None
        found[character] = Costly(character, replacement, changes_spelling=True)
    return list(found.values())


def merge_value(value: str, limit: int = MAX_MERGED) -> str:
    """Return a value (a first name, a shop) made fit to stand inside a text message."""
    composed = _without_invisible(unicodedata.normalize("NFC", value))
    words = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed)
    flat = " ".join(words.split())
    return flat if len(flat) <= limit else flat[:limit].rstrip()


def _gsm_widths(text: str) -> list[int] | None:
    widths = []
    for character in text:
        if character in _BASIC:
            widths.append(1)
        elif character in _EXTENDED:
            widths.append(2)
        else:
            return None
    return widths


def _segments(widths: list[int], *, alone: int, joined: int) -> int:
    """Count segments; a character of two units is never cut between two of them."""
    if not widths:
        return 0
    if sum(widths) <= alone:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments += 1
            used = 0
        used += width
    return segments


def _without_invisible(text: str) -> str:
    # Zero-width joiners hold emoji families together; other invisible marks are noise or traps.
    return "".join(c for c in text if c == "\u200d" or unicodedata.category(c) != "Cf")


def _unaccented(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    return "".join(
        c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)
    )
