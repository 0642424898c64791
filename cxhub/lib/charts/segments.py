"""One diverging bar per channel or place, its neutral share at the side, score and n at the end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxhub.lib.charts.csat_bar import SIDE_GAP
from cxhub.lib.charts.parts import Part, fits, legend, segment
from cxhub.lib.charts.svg import (
    MEDIUM,
    SMALL_TEXT,
    TEXT,
    Drawing,
    Shape,
    line,
    shortened,
    text,
    text_width,
)

HEAD = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A named group of answers; `parts` are bad, neutral, good, or nothing when n is 0."""

    label: str
    parts: tuple[Part, Part, Part] | None
    score: str
    count: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns stand; in a narrow column the words go above the bar."""

    start: float
    unit: float
    left: float
    right: float
    score_x: float
    bars_end: float
    width: float
    row: float
    bar_top: float
    bar_height: float
    words_y: float
    label_room: float

    @property
    def zero(self) -> float:
        return self.start + self.left * self.unit

    @property
    def side(self) -> float:
        return self.zero + self.right * self.unit + SIDE_GAP


def segments(
    rows: Sequence[Row],
    heads: tuple[str, str],
    labels: Sequence[tuple[str, str]],
    name: str,
    width: float,
) -> Drawing:
    """`heads` name the score and the count; `labels` the bad, the good and the neutral answers."""
    layout = _layout(rows, heads, width)
    height = HEAD + layout.row * len(rows)
    shapes: list[Shape] = legend(labels, layout.bars_end, 14, start=layout.start)
    if width > MEDIUM:
        shapes.append(text("chart-tick", layout.score_x, 14, heads[0], anchor="end"))
        shapes.append(text("chart-tick", width, 14, heads[1], anchor="end"))
    else:
        rows = [replace(row, count=f"{heads[1]} = {row.count}") for row in rows]
    for index, row in enumerate(rows):
        shapes += _row(row, layout, HEAD + index * layout.row)
    shapes += [
        line("chart-zero", layout.zero, top, layout.zero, top + layout.bar_height + 4)
        for top in (HEAD + i * layout.row + layout.bar_top - 2 for i in range(len(rows)))
    ]
    return Drawing(name, width, height, tuple(shapes))


def _widest(rows: Sequence[Row], heads: tuple[str, str]) -> float:
    return max(text_width(words, TEXT + 1) for words in [*(row.score for row in rows), heads[0]])


def _layout(rows: Sequence[Row], heads: tuple[str, str], width: float) -> _Layout:
    is_stacked = width <= MEDIUM
    shares = [[part.share for part in row.parts] for row in rows if row.parts]
    left, side, right = (reach(max((s[i] for s in shares), default=0)) for i in range(3))
    counts = [*(row.count for row in rows), heads[1]]
    count_room = max(text_width(words, SMALL_TEXT) for words in counts) + 32 * is_stacked
    score_x = width - count_room - 14
    if is_stacked:
        start, end, room = 0.0, width, score_x - _widest(rows, heads) - 12
    else:
        room = min(width * 0.26, max(text_width(row.label) for row in rows))
        start, end = room + 16, score_x - _widest(rows, heads) - 16
    return _Layout(
        start=start,
        unit=(end - start - SIDE_GAP) / (left + right + side),
        left=left,
        right=right,
        score_x=score_x,
        bars_end=end,
        width=width,
        row=58 if is_stacked else 38,
        bar_top=22 if is_stacked else 5,
        bar_height=22 if is_stacked else 26,
        words_y=13 if is_stacked else 22.5,
        label_room=room,
    )


def _row(row: Row, layout: _Layout, y: float) -> list[Shape]:
    muted = " chart-muted" if row.is_small else ""
    words = y + layout.words_y
    label = shortened(row.label, layout.label_room)
    hint = row.label if label != row.label else ""
    shapes = [
        text(f"chart-name{muted}", 0, words, label, hint=hint),
        text(f"chart-score{muted}", layout.score_x, words, row.score, anchor="end", size=TEXT + 1),
        text("chart-tick", layout.width, words, row.count, anchor="end", size=SMALL_TEXT),
    ]
    if row.parts is None:
        return shapes
    bad, neutral, good = row.parts
    lengths = [part.share * layout.unit for part in (bad, neutral, good)]
    starts = (layout.zero - lengths[0], layout.side, layout.zero + 1)
    for part, x, length in zip((bad, neutral, good), starts, lengths, strict=True):
        if part.share:
            shapes += segment(part, x, y + layout.bar_top, length, layout.bar_height)
            shapes += _beside(part, x, length, layout, y, is_left=part is bad)
    return shapes


def _beside(
    part: Part, x: float, length: float, layout: _Layout, y: float, *, is_left: bool
) -> list[Shape]:
    """The value of a thin segment at its outer end, if there is room."""
    room = text_width(part.value, TEXT)
    edge = x - 4 if is_left else x + length + 3
    if (
        fits(part, length)
        or edge - room < 0
        or edge + room > min(layout.bars_end + 8, layout.width)
    ):
        return []
    middle = y + layout.bar_top + layout.bar_height / 2 + SMALL_TEXT * 0.36
    css, anchor = f"chart-value chart-text-{part.tint}", "end" if is_left else "start"
    return [text(css, edge, middle, part.value, anchor=anchor, size=SMALL_TEXT)]


def reach(share: float) -> float:
    """How far a side must go: the next 20 %, and never less, so that thin sides stay visible."""
    return max(20.0, math.ceil(share / 20 - 1e-9) * 20)
