"""Words that command instead of answer: stop, start, help, in French and in English."""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

MAX_WORDS_AFTER_STOP = 3


class Keyword(StrEnum):
    """What a whole text message asks for."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    CONTACT = "contact"


# Alone or leading a message of at most three words ("STOP SMS", "arrêt svp").
_LEADING_OPT_OUT = re.compile(
    r"(stop|stopall|stoppez|arret|arrets|arreter|arretez|unsubscribe|unsub|optout|revoke"
    r"|desabo|desabonn\w*|desinscri\w*)"
)
# Whole message only: these words begin ordinary sentences too.
_WHOLE = {
    **dict.fromkeys(("end", "fin", "cancel", "quit"), Keyword.OPT_OUT),
    **dict.fromkeys(("start", "unstop"), Keyword.OPT_IN),
    **dict.fromkeys(("help", "info", "infos", "aide"), Keyword.HELP),
    # French short numbers must answer CONTACT.
    "contact": Keyword.CONTACT,
}
_YES = frozenset({"yes", "oui"})


def recognise(
    text: str, *, answers: Collection[str] = (), resubscribing: bool = False
) -> Keyword | None:
    """Return what the message commands, or None when it is an ordinary answer.

    `answers` are the texts the open question itself offers: an offered "end" or "yes" is an
    answer. The STOP family is never an answer. "YES" opts in only when `resubscribing`, that is
    when our last message asked for exactly that.
    """
    words = fold(text).split()
    if not words:
        return None
    if _is_opt_out(words):
        return Keyword.OPT_OUT
    whole = "".join(words)
    if whole in {"".join(fold(answer).split()) for answer in answers}:
        return None
    if resubscribing and whole in _YES:
        return Keyword.OPT_IN
    return _WHOLE.get(whole)


def fold(text: str) -> str:
    """Return lower-case ASCII-like words without accents or punctuation, single-spaced."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(
        c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )
    # An apostrophe holds a word together: "can't" must not become "can t".
    joined = re.sub(r"['’ʼ]", "", letters)
    return " ".join(re.sub(r"[\W_]+", " ", joined).split())


def _is_opt_out(words: list[str]) -> bool:
    if _LEADING_OPT_OUT.fullmatch("".join(words)):  # "opt-out", "stop all"
        return True
    if len(words) > MAX_WORDS_AFTER_STOP:
        return False
    # French short numbers are glued to the word on posters: STOP36180.
    return bool(_LEADING_OPT_OUT.fullmatch(re.sub(r"\d+$", "", words[0])))
