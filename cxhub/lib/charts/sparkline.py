"""A trend the height of a word: 96 × 24, with a dot on the last point."""

from collections.abc import Sequence

from cxhub.lib.charts.axis import Scale, TrendPoint, axis_for
from cxhub.lib.charts.svg import Drawing, Shape, circle, path
from cxhub.lib.charts.trend import Frame, runs

WIDTH, HEIGHT, EDGE, DOT = 96, 24, 4, 3


def sparkline(points: Sequence[TrendPoint], scale: Scale, name: str = "sparkline") -> Drawing:
    found = runs(points)
    if not found:
        return Drawing(name, WIDTH, HEIGHT, ())
    bare = [point for point in points if point.estimate.value is not None]
    axis = axis_for(bare, scale, EDGE, HEIGHT - EDGE)
    frame = Frame(EDGE - 2, (WIDTH - 2 * EDGE + 4) / len(points), axis, points)
    shapes: list[Shape] = []
    for run in found:
        if len(run) > 1:
            shapes.append(path("chart-line chart-line-thin", [frame.at(index) for index in run]))
        else:
            shapes.append(circle("chart-dot", *frame.at(run[0]), 1.5))
    shapes.append(circle("chart-dot", *frame.at(found[-1][-1]), DOT))
    return Drawing(name, WIDTH, HEIGHT, tuple(shapes))
