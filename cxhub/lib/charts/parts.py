"""What several charts share: a part of a whole, its bar, its label inside or out, the legend."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxhub.lib.charts.svg import TEXT, Shape, rect, spread, text, text_width

FITS_INSIDE = 36  # a narrower segment carries its label outside
GAP = 2  # of surface between two segments
LABEL_GAP, LINE = 8, 18


@dataclass(frozen=True, slots=True)
class Part:
    """A share (0..100) of a whole; `tint` is the suffix of its classes: det, pas, pro, v1, …"""

    share: float
    tint: str
    label: str
    value: str
    hint: str = ""


def segment(part: Part, x: float, y: float, width: float, height: float) -> list[Shape]:
    """A filled bar with its value inside when there is room; grey also gets the printed hatch."""
    drawn = max(1.0, width - GAP)
    shapes = [rect(f"chart-fill chart-{part.tint}", x, y, drawn, height, radius=2, hint=part.hint)]
    if part.tint in {"pas", "v3"}:
        shapes.append(rect("chart-hatch", x, y, drawn, height, radius=2))
    if fits(part, width):
        middle = y + height / 2 + TEXT * 0.36
        shapes.append(
            text(
                f"chart-on chart-on-{part.tint}", x + drawn / 2, middle, part.value, anchor="middle"
            )
        )
    return shapes


def fits(part: Part, width: float) -> bool:
    return width >= FITS_INSIDE and text_width(part.value) <= width - 4


def outside(
    parts: Sequence[tuple[Part, float, float]], y: float, high: float, *, is_named: bool = False
) -> list[Shape]:
    """The values of the segments (part, x, width) too thin to carry them, side by side below.

    Where one line has no room for them all, every second one goes to a line of its own.
    """
    thin = [
        (part.tint, f"{part.label} · {part.value}" if is_named else part.value, x + width / 2)
        for part, x, width in parts
        if not fits(part, width)
    ]
    needed = sum(text_width(words, TEXT + 1) + LABEL_GAP for _, words, _ in thin) - LABEL_GAP
    lines = [thin] if needed <= high else [thin[::2], thin[1::2]]
    shapes = []
    for number, labels in enumerate(lines):
        centres = spread(
            [(centre, text_width(words, TEXT + 1)) for _, words, centre in labels],
            0,
            high,
            gap=LABEL_GAP,
        )
        shapes += [
            text(f"chart-value chart-text-{tint}", at, y + number * LINE, words, anchor="middle")
            for (tint, words, _), at in zip(labels, centres, strict=True)
        ]
    return shapes


def legend(
    labels: Sequence[tuple[str, str]], end: float, y: float, start: float = 0
) -> list[Shape]:
    """Up to three (tint, words) at the start, the middle and the end of a line."""
    places = ((start, "start"), ((start + end) / 2, "middle"), (end, "end"))
    return [
        text(f"chart-label chart-text-{tint}", x, y, words, anchor=anchor)
        for (tint, words), (x, anchor) in zip(labels, places, strict=False)
    ]
