"""{% load charts %}: the charts, drawn on the server, each with its table."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cxhub.lib.charts.axis import TrendPoint
from cxhub.lib.charts.svg import markup
from surveys.scoring import Estimate

from . import chart_words as words
from .chart_figures import Figure, own_key
from .score_charts import distribution_figure, diverging_figure, nps_figure
from .series_charts import segments_figure, sparkline_drawing, trend_figure

register = template.Library()
TEMPLATE = "dashboards/_chart.html"


@register.inclusion_tag(TEMPLATE)
def nps_bar(estimate: Estimate, title: str = "", key: str = "") -> dict[str, Figure]:
    return {"figure": nps_figure(estimate, title, key)}


@register.inclusion_tag(TEMPLATE)
def distribution(
    metric: str, estimate: Estimate, labels: Sequence[str] = (), title: str = "", key: str = ""
) -> dict[str, Figure]:
    """`labels`: the words of the two ends of the scale, or of every answer."""
    return {"figure": distribution_figure(metric, estimate, labels, title, key)}


@register.inclusion_tag(TEMPLATE)
def csat_bar(estimate: Estimate, title: str = "", key: str = "") -> dict[str, Figure]:
    """For csat, ces and rating: the answers left and right of a line, the neutral at the side."""
    return {"figure": diverging_figure(estimate, title, key)}


@register.inclusion_tag(TEMPLATE)
def trend(
    points: Sequence[TrendPoint], metric: str, title: str = "", key: str = ""
) -> dict[str, Figure]:
    return {"figure": trend_figure(points, metric, title, key)}


@register.inclusion_tag(TEMPLATE)
def segments(
    rows: Sequence[tuple[str, Estimate]], metric: str, title: str = "", key: str = ""
) -> dict[str, Figure]:
    return {"figure": segments_figure(rows, metric, title, key)}


@register.simple_tag
def sparkline(
    points: Sequence[TrendPoint],
    metric: str,
    title: str = "",
    key: str = "",
    whole: Estimate | None = None,
) -> SafeString:
    """A small trend for a table cell, with the last score (or the whole period's) beside it."""
    answered = [point for point in points if point.estimate.n]
    last = words.score_text(metric, answered[-1].estimate.value if answered else None)
    if whole is not None:
        last = words.score_with_margin(whole)
    name = title or words.metric_name(metric)
    image = markup(sparkline_drawing(points, metric), own_key(key), name, f"{name}: {last}")
    return format_html('<span class="chart-spark">{} <span>{}</span></span>', image, last)


@register.filter
def score(estimate: Estimate) -> str:
    """+34, 82 %, 4,3: the score as printed, or a dash when nobody answered."""
    return words.score_text(estimate.metric, estimate.value)


@register.filter
def score_with_margin(estimate: Estimate) -> str:
    """+34 ± 7."""
    return words.score_with_margin(estimate)


@register.filter
def responses(n: int) -> str:
    """498 responses, or "indicative (n = 12)" when so few answers only indicate."""
    return words.responses_text(n)
