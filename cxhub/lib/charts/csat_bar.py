"""A diverging bar: bad answers left of the line, good ones right, the neutral ones at the side."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxhub.lib.charts.parts import Part, fits, legend, outside, segment
from cxhub.lib.charts.svg import NARROW, SMALL_TEXT, Drawing, Shape, line, text

LEGEND, LEGEND_LINE, BAR_TOP, BAR_HEIGHT = 14, 17, 28, 40
SIDE_GAP = 24


@dataclass(frozen=True, slots=True)
class Answers:
    """The shares of every answer from the lowest to the highest, and of the three groups."""

    negative: Sequence[Part]
    neutral: Part
    positive: Sequence[Part]
    groups: tuple[Part, Part, Part]


def csat_bar(answers: Answers, name: str, width: float) -> Drawing:
    negative, neutral, positive = answers.negative, answers.neutral, answers.positive
    left, right = (sum(part.share for part in parts) for parts in (negative, positive))
    unit = (width - SIDE_GAP) / 100  # one bar compares with no other: it takes the whole width
    zero = left * unit
    placed = [*_row(negative, 0, unit), *_row(positive, zero + 1, unit)]
    placed += _row([neutral], (left + right) * unit + SIDE_GAP, unit)
    shapes, top = _legend(answers.groups, width)
    for part, x, length in placed:
        shapes += segment(part, x, top, length, BAR_HEIGHT)
    base = top + BAR_HEIGHT
    shapes.append(line("chart-zero", zero, top - 4, zero, base + 4))
    shapes += [
        text("chart-tick", x + length / 2, base + 16, part.label, anchor="middle", size=SMALL_TEXT)
        for part, x, length in placed
        if fits(part, length)
    ]
    below = outside(placed, base + 34, width, is_named=True)
    height = max([base + 22, *(float(shape["y"]) + 6 for shape in below)])
    return Drawing(name, width, height, (*shapes, *below))


def _legend(groups: tuple[Part, Part, Part], width: float) -> tuple[list[Shape], float]:
    """The groups in the order of the bar, in two lines on phones; and where the bar begins."""
    bad, neutral, good = groups
    ordered = (bad, good, neutral)
    if width > NARROW:
        words = [(part.tint, f"{part.label} {part.value}") for part in ordered]
        return legend(words, width, LEGEND), BAR_TOP
    names = legend([(part.tint, part.label) for part in ordered], width, LEGEND)
    values = legend([(part.tint, part.value) for part in ordered], width, LEGEND + LEGEND_LINE)
    return names + values, BAR_TOP + LEGEND_LINE


def _row(parts: Sequence[Part], x: float, unit: float) -> list[tuple[Part, float, float]]:
    placed = []
    for part in parts:
        length = part.share * unit
        if part.share:
            placed.append((part, x, length))
        x += length
    return placed
