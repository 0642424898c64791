"""Figures of several scores: over time, and by channel or place."""

from collections.abc import Sequence

from django.utils.translation import gettext

from cxhub.lib.charts.axis import TrendPoint
from cxhub.lib.charts.parts import Part
from cxhub.lib.charts.segments import Row, segments
from cxhub.lib.charts.sparkline import sparkline
from cxhub.lib.charts.svg import Drawing
from cxhub.lib.charts.trend import TrendWords, trend
from surveys.scoring import GREY_BELOW, Estimate

from . import chart_words as words
from .chart_figures import Figure, Table, drawn, empty, table
from .score_charts import group_parts


def trend_figure(points: Sequence[TrendPoint], metric: str, title: str, key: str) -> Figure:
    shown = title or gettext("%(metric)s over time") % {"metric": words.metric_name(metric)}
    answered = [point for point in points if point.estimate.n]
    if not answered:
        return empty("trend", shown)
    total = sum(point.estimate.n for point in points)
    last = answered[-1]
    texts = TrendWords(
        tick=lambda value: words.score_text(metric, value, _tick_digits(metric)),
        count=words.number_text,
        last=words.score_text(metric, last.estimate.value),
        hints=[_point_hint(point, metric) for point in points],
    )
    scale = words.scale_of(metric)
    sentence = gettext("%(title)s: %(hint)s for the last period, %(n)s in %(periods)s periods.") % {
        "title": shown,
        "hint": _point_hint(last, metric),
        "n": words.responses_text(total),
        "periods": words.number_text(len(points)),
    }
    return Figure(
        "trend",
        shown,
        words.responses_text(total),
        drawn(lambda name, width: trend(points, scale, texts, name, width), shown, sentence, key),
        tuple(_trend_notes(points)),
        _trend_table(points, metric),
    )


def sparkline_drawing(points: Sequence[TrendPoint], metric: str) -> Drawing:
    return sparkline(points, words.scale_of(metric))


def segments_figure(
    rows: Sequence[tuple[str, Estimate]], metric: str, title: str, key: str
) -> Figure:
    shown = title or words.metric_name(metric)
    total = sum(found.n for _, found in rows)
    if not total:
        return empty("segments", shown)
    ordered = ranked(rows)
    lines = [_segment_row(label, found) for label, found in ordered]
    names = words.group_names(metric)
    labels = [
        (words.GROUP_TINTS[index], f"{words.SYMBOLS[index]} {names[index]}") for index in (0, 2, 1)
    ]
    heads = (words.metric_name(metric) if metric == "nps" else gettext("Score"), "n")
    sentence = "; ".join(words.named(label, _score_hint(found)) for label, found in ordered)
    notes = [words.definition(metric)]
    if any(found.n < GREY_BELOW for _, found in rows):
        notes.append(gettext("Grey: fewer than 10 responses, not ranked."))
    return Figure(
        "segments",
        shown,
        words.responses_text(total),
        drawn(
            lambda name, width: segments(lines, heads, labels, name, width), shown, sentence, key
        ),
        tuple(notes),
        _segments_table(ordered, names),
    )


def ranked(rows: Sequence[tuple[str, Estimate]]) -> list[tuple[str, Estimate]]:
    """Best score first; groups too small to rank come after, the larger ones first."""
    large = [row for row in rows if row[1].n >= GREY_BELOW]
    small = [row for row in rows if row[1].n < GREY_BELOW]
    large.sort(key=lambda row: (-(row[1].value or 0.0), row[0]))
    small.sort(key=lambda row: (-row[1].n, row[0]))
    return large + small


def _segment_row(label: str, found: Estimate) -> Row:
    is_small = found.n < GREY_BELOW
    parts = group_parts(found)
    if is_small:
        bad, neutral, good = (
            Part(part.share, "grey", part.label, part.value, part.hint) for part in parts
        )
        parts = (bad, neutral, good)
    return Row(
        label=label,
        parts=parts if found.n else None,
        score=words.score_beside_interval(found),  # its bounds are in the table
        count=words.number_text(found.n),
        is_small=is_small,
    )


def _segments_table(rows: Sequence[tuple[str, Estimate]], names: Sequence[str]) -> Table:
    cells = [
        (
            label,
            words.number_text(found.n),
            words.score_text(found.metric, found.value),
            words.interval_text(found),
            *(
                words.share_text(count, found.n, fine=True) if found.n else words.NO_DATA
                for count in (found.negative, found.neutral, found.positive)
            ),
        )
        for label, found in rows
    ]
    head = (gettext("Group"), gettext("Responses"), gettext("Score"), gettext("Interval (95%)"))
    return table((*head, *names), cells)


def _score_hint(found: Estimate) -> str:
    return f"{words.score_with_margin(found)}, n = {words.number_text(found.n)}"


def _point_hint(point: TrendPoint, metric: str) -> str:
    found = point.estimate
    score = words.score_text(metric, found.value)
    value = f"{score} ({_bounds(point, metric)}), n = {words.number_text(found.n)}"
    return words.named(point.label, value)


def _bounds(point: TrendPoint, metric: str) -> str:
    found = point.estimate
    if found.low is None or found.high is None:
        return words.NO_DATA
    low, high = (words.score_text(metric, bound) for bound in (found.low, found.high))
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _trend_notes(points: Sequence[TrendPoint]) -> list[str]:
    has_band = any(point.estimate.low is not None for point in points)
    notes = [gettext("Band: interval (95%).")] if has_band else []
    notes.append(gettext("Bars: number of responses (n)."))
    if any(0 < point.estimate.n < GREY_BELOW for point in points):
        notes.append(gettext("Hollow dot: fewer than 10 responses."))
    if any(point.is_partial for point in points):
        notes.append(gettext("Dotted: period not finished."))
    return notes


def _trend_table(points: Sequence[TrendPoint], metric: str) -> Table:
    unfinished = gettext("(not finished)")
    rows = [
        (
            f"{point.label} {unfinished}" if point.is_partial else point.label,
            words.number_text(point.estimate.n),
            words.score_text(metric, point.estimate.value),
            _bounds(point, metric),
        )
        for point in points
    ]
    head = (gettext("Period"), gettext("Responses"), gettext("Score"), gettext("Interval (95%)"))
    return table(head, rows)


def _tick_digits(metric: str) -> int:
    return 1 if metric == "rating" else 0
