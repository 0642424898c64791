"""One bar per answer of the scale, counts on top, the groups as a tinted strip under the axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxhub.lib.charts.svg import SMALL_TEXT, Drawing, Shape, line, rect, shortened, text, text_width

PLOT_TOP, PLOT_HEIGHT = 20, 132
STRIP_HEIGHT = 22


@dataclass(frozen=True, slots=True)
class Bar:
    """An answer: how often, how it is called, in whose colour; values from long to short."""

    count: int
    answer: str
    values: tuple[str, ...]
    tint: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A group of neighbouring answers; names from the longest to the shortest."""

    size: int
    tint: str
    names: tuple[str, ...]


def distribution(
    bars: Sequence[Bar], bands: Sequence[Band], ends: tuple[str, str], name: str, width: float
) -> Drawing:
    pitch = width / len(bars)
    base = PLOT_TOP + PLOT_HEIGHT
    largest = max(1, *(bar.count for bar in bars))
    level = _level(bars, pitch)
    shapes: list[Shape] = []
    for index, bar in enumerate(bars):
        height = PLOT_HEIGHT * bar.count / largest
        shapes += _bar(bar, bar.values[level], index * pitch, pitch, base, height)
    shapes.append(line("chart-axis", 0, base, width, base))
    x = 0.0
    for band in bands:
        shapes += _band(band, x, base + 24, band.size * pitch)
        x += band.size * pitch
    height = base + 24 + STRIP_HEIGHT
    if any(ends):
        shapes += _ends(ends, height + 18, width)
        height += 24
    return Drawing(name, width, height, tuple(shapes))


def _level(bars: Sequence[Bar], pitch: float) -> int:
    """Which way of writing the counts fits above every bar."""
    levels = range(len(bars[0].values))
    fitting = (
        level
        for level in levels
        if all(text_width(bar.values[level], SMALL_TEXT) <= pitch for bar in bars)
    )
    return next(fitting, levels[-1])


def _bar(bar: Bar, value: str, x: float, pitch: float, base: float, height: float) -> list[Shape]:
    gap = max(2.0, pitch * 0.14)
    # One answer among thousands is still an answer: it keeps a visible foot.
    drawn = max(2.0, height) if bar.count else 0.0
    centre, css = x + pitch / 2, f"chart-fill chart-{bar.tint}"
    shapes = [rect(css, x + gap / 2, base - drawn, pitch - gap, drawn, radius=2, hint=bar.hint)]
    if bar.tint in {"pas", "v3"}:
        shapes.append(rect("chart-hatch", x + gap / 2, base - drawn, pitch - gap, drawn, radius=2))
    shapes.append(
        text("chart-value", centre, base - drawn - 6, value, anchor="middle", size=SMALL_TEXT)
    )
    shapes.append(text("chart-tick", centre, base + 17, bar.answer, anchor="middle"))
    return shapes


def _band(band: Band, x: float, y: float, width: float) -> list[Shape]:
    fitting = [name for name in band.names if text_width(name, SMALL_TEXT) <= width - 10]
    shown = fitting[0] if fitting else band.names[-1]
    return [
        rect(f"chart-sub chart-sub-{band.tint}", x + 1, y, width - 2, STRIP_HEIGHT, radius=4),
        text(
            f"chart-label chart-text-{band.tint}",
            x + width / 2,
            y + 15.5,
            shown,
            anchor="middle",
            size=SMALL_TEXT,
        ),
    ]


def _ends(ends: tuple[str, str], y: float, width: float) -> list[Shape]:
    room = width / 2 - 8
    low, high = (shortened(words, room, SMALL_TEXT) for words in ends)
    return [
        text("chart-tick", 0, y, low, size=SMALL_TEXT),
        text("chart-tick", width, y, high, anchor="end", size=SMALL_TEXT),
    ]
