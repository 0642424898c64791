"""Figures of one score: the 100 % bar, the distribution, the diverging bar."""

from collections.abc import Sequence

from django.utils.translation import gettext

from cxhub.lib.charts.csat_bar import Answers, csat_bar
from cxhub.lib.charts.distribution import Band, Bar, distribution
from cxhub.lib.charts.nps_bar import nps_bar
from cxhub.lib.charts.parts import Part
from cxhub.lib.numbers import compact
from surveys.scoring import METRICS, Estimate

from . import chart_words as words
from .chart_figures import Figure, Table, drawn, empty, table


def group_parts(estimate: Estimate) -> tuple[Part, Part, Part]:
    """The bad, the neutral and the good share of a score."""
    bad, neutral, good = (
        Part(
            share=100 * count / estimate.n if estimate.n else 0,
            tint=tint,
            label=f"{symbol} {name}",
            value=words.share_text(count, estimate.n),
            hint=words.counted(name, count, estimate.n),
        )
        for symbol, name, tint, count in zip(
            words.SYMBOLS,
            words.group_names(estimate.metric),
            words.GROUP_TINTS,
            (estimate.negative, estimate.neutral, estimate.positive),
            strict=True,
        )
    )
    return bad, neutral, good


def nps_figure(estimate: Estimate, title: str, key: str) -> Figure:
    if not estimate.n:
        return empty("nps-bar", title or words.metric_name(estimate.metric))
    shown = title or words.headline(estimate)
    parts = group_parts(estimate)
    head = (gettext("Group"), gettext("Responses"), gettext("Share"))
    counts = (estimate.negative, estimate.neutral, estimate.positive)
    rows = [
        (part.label, words.number_text(count), words.share_text(count, estimate.n, fine=True))
        for part, count in zip(parts, counts, strict=True)
    ]
    return Figure(
        "nps-bar",
        shown,
        words.responses_text(estimate.n),
        drawn(lambda name, width: nps_bar(parts, name, width), shown, words.summary(estimate), key),
        (words.definition(estimate.metric),),
        table(head, rows),
    )


def distribution_figure(
    metric: str, estimate: Estimate, labels: Sequence[str], title: str, key: str
) -> Figure:
    shown = title or gettext("Distribution of answers")
    if not estimate.n:
        return empty("distribution", shown)
    ends = (str(labels[0]), str(labels[-1])) if labels else ("", "")
    bars = _answer_bars(metric, estimate)
    bands = _group_bands(metric)
    return Figure(
        "distribution",
        shown,
        words.responses_text(estimate.n),
        drawn(
            lambda name, width: distribution(bars, bands, ends, name, width),
            shown,
            words.summary(estimate),
            key,
        ),
        (),
        _answer_table(metric, estimate, labels),
    )


def diverging_figure(estimate: Estimate, title: str, key: str) -> Figure:
    metric = estimate.metric
    if not estimate.n:
        return empty("csat-bar", title or words.metric_name(metric))
    shown = title or words.headline(estimate)
    scale = METRICS[metric]
    parts = {
        value: Part(
            share=100 * estimate.counts[value] / estimate.n,
            tint=tint,
            label=str(value),
            value=words.share_text(estimate.counts[value], estimate.n),
            hint=_answer_hint(estimate, value),
        )
        for value, tint in zip(scale.values, words.value_tints(metric), strict=True)
    }
    answers = Answers(
        negative=[parts[value] for value in scale.values if value <= scale.negative_to],
        neutral=parts[scale.negative_to + 1],
        positive=[parts[value] for value in scale.values if value >= scale.positive_from],
        groups=group_parts(estimate),
    )
    return Figure(
        "csat-bar",
        shown,
        words.responses_text(estimate.n),
        drawn(
            lambda name, width: csat_bar(answers, name, width), shown, words.summary(estimate), key
        ),
        (words.definition(metric),),
        _answer_table(metric, estimate, ()),
    )


def _answer_hint(estimate: Estimate, value: int) -> str:
    return words.counted(str(value), estimate.counts[value], estimate.n)


def _answer_bars(metric: str, estimate: Estimate) -> list[Bar]:
    return [
        Bar(
            count=estimate.counts[value],
            answer=str(value),
            values=(
                words.number_text(estimate.counts[value]),
                compact(estimate.counts[value], words.language()),
                words.share_text(estimate.counts[value], estimate.n),
            ),
            tint=tint,
            hint=_answer_hint(estimate, value),
        )
        for value, tint in zip(METRICS[metric].values, words.value_tints(metric), strict=True)
    ]


def _group_bands(metric: str) -> list[Band]:
    scale = METRICS[metric]
    ends = (scale.low, scale.negative_to + 1, scale.positive_from, scale.high + 1)
    bands = []
    for index, name in enumerate(words.group_names(metric)):
        first, last, symbol = ends[index], ends[index + 1] - 1, words.SYMBOLS[index]
        span = str(first) if first == last else f"{first}–{last}"
        names = (f"{symbol} {name} {span}", f"{symbol} {name}", f"{symbol} {span}", symbol)
        bands.append(Band(last - first + 1, words.GROUP_TINTS[index], names))
    return bands


def _answer_table(metric: str, estimate: Estimate, labels: Sequence[str]) -> Table:
    values = list(METRICS[metric].values)
    named: dict[int, str] = {}
    if len(labels) == len(values):
        named = dict(zip(values, map(str, labels), strict=True))
    elif labels:
        named = {values[0]: str(labels[0]), values[-1]: str(labels[-1])}
    rows = [
        (
            f"{value} · {named[value]}" if named.get(value) else str(value),
            words.number_text(estimate.counts[value]),
            words.share_text(estimate.counts[value], estimate.n, fine=True),
        )
        for value in values
    ]
    return table((gettext("Answer"), gettext("Responses"), gettext("Share")), rows)
