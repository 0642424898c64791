"""A text made once for many readers, with marks where the values of each go."""

import re
from collections.abc import Callable, Mapping

from django.utils.html import escape
from django.utils.safestring import SafeString

MARK = re.compile(r"mark--(\w+)--mark")


def mark(name: str) -> str:
    """What stands for a value while the text is made; it is a valid part of an address too."""
    return f"mark--{name}--mark"


class Marked:
    """The text between the marks, and the names of the marks."""

    def __init__(self, text: str) -> None:
        self.pieces = MARK.split(text)
        self.names = frozenset(self.pieces[1::2])

    def filled(self, values: Mapping[str, Callable[[], object]]) -> SafeString:
        """The text of one reader; only the values that it names are computed, and escaped."""
        told = {name: escape(values[name]()) for name in self.names}
        pieces = self.pieces.copy()
        pieces[1::2] = [told[name] for name in pieces[1::2]]
        return SafeString("".join(pieces))
