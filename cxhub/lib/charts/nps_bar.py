"""The 100 % bar: detractors, passives, promoters."""

from collections.abc import Sequence

from cxhub.lib.charts.parts import Part, legend, outside, segment
from cxhub.lib.charts.svg import Drawing, Shape

BAR_TOP, BAR_HEIGHT = 24, 40


def nps_bar(parts: Sequence[Part], name: str, width: float) -> Drawing:
    shapes: list[Shape] = legend([(part.tint, part.label) for part in parts], width, 14)
    placed: list[tuple[Part, float, float]] = []
    x = 0.0
    for part in parts:
        length = width * part.share / 100
        if part.share:
            placed.append((part, x, length))
            shapes += segment(part, x, BAR_TOP, length, BAR_HEIGHT)
        x += length
    below = outside(placed, BAR_TOP + BAR_HEIGHT + 17, width)
    height = BAR_TOP + BAR_HEIGHT + (24 if below else 2)
    return Drawing(name, width, height, (*shapes, *below))
