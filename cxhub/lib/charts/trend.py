"""The trend: a line with its 95 % band, the number of answers below, empty periods left empty."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cxhub.lib.charts.axis import HOLLOW_BELOW, Axis, Scale, TrendPoint, axis_for
from cxhub.lib.charts.svg import (
    NARROW,
    SMALL_TEXT,
    Drawing,
    Shape,
    circle,
    line,
    path,
    rect,
    text,
    text_width,
)

TOP, VOLUME_GAP, VOLUME_HEIGHT, LABEL_HEIGHT = 12, 22, 36, 22
DOT, LAST_DOT, LAST_SIZE = 3.5, 5, 15
DOTS_FROM = 12  # pixels between two points: closer, the line alone is clearer


@dataclass(frozen=True, slots=True)
class TrendWords:
    """The texts of a trend: an axis value, a number of answers, the last score, one per period."""

    tick: Callable[[float], str]
    count: Callable[[int], str]
    last: str
    hints: Sequence[str]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the periods stand."""

    left: float
    slot: float
    axis: Axis
    points: Sequence[TrendPoint]

    def x(self, index: int) -> float:
        return self.left + (index + 0.5) * self.slot

    def at(self, index: int) -> tuple[float, float]:
        return self.x(index), self.axis.y(self.points[index].estimate.value or 0.0)


def trend(
    points: Sequence[TrendPoint], scale: Scale, words: TrendWords, name: str, width: float
) -> Drawing:
    bottom = TOP + (150.0 if width <= NARROW else 190.0)
    axis = axis_for(points, scale, TOP, bottom)
    largest = max(point.estimate.n for point in points)
    ticks = [words.tick(tick) for tick in axis.ticks]
    left = 10 + max(text_width(tick, SMALL_TEXT) for tick in [*ticks, words.count(largest)])
    right = 14 + text_width(words.last, LAST_SIZE)
    frame = Frame(left, (width - left - right) / len(points), axis, points)
    base = bottom + VOLUME_GAP + VOLUME_HEIGHT
    shapes = [
        *_grid(frame, ticks, width - right),
        *_bands(frame),
        *_volumes(frame, base, largest, words),
        *_lines(frame),
        *_dots(frame),
        *_last(frame, words.last),
        *_period_labels(frame, base + 17, width),
        *_hits(frame, base, words.hints),
    ]
    return Drawing(name, width, base + LABEL_HEIGHT, tuple(shapes))


def runs(points: Sequence[TrendPoint], *, bounded: bool = False) -> list[list[int]]:
    """Indexes of neighbouring periods with answers (with an interval, when `bounded`)."""
    found: list[list[int]] = []
    previous = -2
    for index, point in enumerate(points):
        if (point.estimate.low if bounded else point.estimate.value) is None:
            continue
        if index == previous + 1:
            found[-1].append(index)
        else:
            found.append([index])
        previous = index
    return found


def _grid(frame: Frame, ticks: Sequence[str], right: float) -> Iterable[Shape]:
    axis = frame.axis
    for tick, words in zip(axis.ticks, ticks, strict=True):
        y = axis.y(tick)
        css = "chart-zero" if tick == 0 and axis.low < 0 else "chart-grid"
        yield line(css, frame.left, y, right, y)
        yield text("chart-tick", frame.left - 8, y + 4, words, anchor="end", size=SMALL_TEXT)
    if axis.is_broken:
        x, y = frame.left, axis.bottom
        steps = ((0, 0), (0, 4), (-4, 6), (4, 10), (0, 12), (0, 15))
        yield path("chart-break", [(x + dx, y + dy) for dx, dy in steps])


def _bands(frame: Frame) -> Iterable[Shape]:
    for run in runs(frame.points, bounded=True):
        edges = [(index, frame.x(index)) for index in run]
        if len(run) == 1:
            half = min(8.0, frame.slot / 3)
            edges = [(run[0], frame.x(run[0]) - half), (run[0], frame.x(run[0]) + half)]
        found = frame.points
        upper = [(x, frame.axis.y(found[index].estimate.high or 0.0)) for index, x in edges]
        lower = [(x, frame.axis.y(found[index].estimate.low or 0.0)) for index, x in edges]
        yield path("chart-band", [*upper, *reversed(lower)], closed=True)


def _lines(frame: Frame) -> Iterable[Shape]:
    for run in runs(frame.points):
        whole = [index for index in run if not frame.points[index].is_partial]
        if len(whole) > 1:
            yield path("chart-line", [frame.at(index) for index in whole])
        if len(run) > 1 and frame.points[run[-1]].is_partial:
            yield path("chart-line chart-line-partial", [frame.at(index) for index in run[-2:]])


def _dots(frame: Frame) -> Iterable[Shape]:
    for run in runs(frame.points):
        for index in run:
            point = frame.points[index]
            is_hollow = point.is_partial or point.estimate.n < HOLLOW_BELOW
            if is_hollow or len(run) == 1 or frame.slot >= DOTS_FROM:
                css = "chart-dot chart-dot-hollow" if is_hollow else "chart-dot"
                yield circle(css, *frame.at(index), DOT)


def _last(frame: Frame, words: str) -> Iterable[Shape]:
    index = runs(frame.points)[-1][-1]
    x, y = frame.at(index)
    point = frame.points[index]
    is_hollow = point.is_partial or point.estimate.n < HOLLOW_BELOW
    yield circle("chart-dot chart-dot-hollow" if is_hollow else "chart-dot", x, y, LAST_DOT)
    yield text("chart-last", x + LAST_DOT + 6, y + LAST_SIZE * 0.36, words, size=LAST_SIZE)


def _volumes(frame: Frame, base: float, largest: int, words: TrendWords) -> Iterable[Shape]:
    thickness = min(28.0, max(1.5, frame.slot * 0.6))
    for index, point in enumerate(frame.points):
        height = max(1.5, VOLUME_HEIGHT * point.estimate.n / largest)
        if point.estimate.n:
            css = "chart-volume chart-volume-partial" if point.is_partial else "chart-volume"
            x = frame.x(index) - thickness / 2
            yield rect(css, x, base - height, thickness, height, radius=1)
    yield line("chart-axis", frame.left, base, frame.left + frame.slot * len(frame.points), base)
    top = base - VOLUME_HEIGHT + 4
    yield text(
        "chart-tick", frame.left - 8, top, words.count(largest), anchor="end", size=SMALL_TEXT
    )
    yield text("chart-tick", frame.left - 8, base, "n", anchor="end", size=SMALL_TEXT)


def _period_labels(frame: Frame, y: float, width: float) -> Iterable[Shape]:
    """As many labels as fit, counted back from the newest, which always has one."""
    room = max(text_width(point.label, SMALL_TEXT) for point in frame.points) + 12
    stride = max(1, -int(-room // frame.slot))
    for index in range(len(frame.points) - 1, -1, -stride):
        words = frame.points[index].label
        half = text_width(words, SMALL_TEXT) / 2
        x = min(width - half, max(half, frame.x(index)))
        yield text("chart-tick", x, y, words, anchor="middle", size=SMALL_TEXT)


def _hits(frame: Frame, base: float, hints: Sequence[str]) -> Iterable[Shape]:
    """Invisible columns that carry the native tooltip of each period."""
    for index, hint in enumerate(hints):
        x = frame.left + index * frame.slot
        yield rect("chart-hit", x, TOP, frame.slot, base - TOP, hint=hint)
