"""What the figure template shows: one frozen figure per chart, its drawings and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cxhub.lib.charts.svg import FULL, MEDIUM, NARROW, WIDE, Drawing, markup

WIDTHS = (("full", FULL), ("wide", WIDE), ("medium", MEDIUM), ("narrow", NARROW))


@dataclass(frozen=True, slots=True)
class Table:
    """The same data as rows; the first cell of a row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with all its words; without images it is empty and says so."""

    kind: str
    title: str
    count: str
    images: tuple[SafeString, ...] = ()
    notes: tuple[str, ...] = ()
    table: Table | None = None
    empty: str = ""


def drawn(
    draw: Callable[[str, float], Drawing], title: str, summary: str, key: str
) -> tuple[SafeString, ...]:
    """The drawing in every width, of which the style sheet shows one."""
    own = own_key(key)
    return tuple(markup(draw(name, width), own, title, summary) for name, width in WIDTHS)


def own_key(key: str = "") -> str:
    """What makes the ids of a chart unique, also among fragments swapped in later."""
    return key or f"chart-{uuid4().hex[:10]}"


def empty(kind: str, title: str) -> Figure:
    return Figure(kind, title, "", empty=gettext("No responses yet"))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table(tuple(head), tuple(tuple(row) for row in rows))
