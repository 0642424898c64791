"""The geometry of every chart, by tables of values."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.charts.axis import Scale, TrendPoint, axis_for
from cxhub.lib.charts.csat_bar import Answers, csat_bar
from cxhub.lib.charts.distribution import Band, Bar, distribution
from cxhub.lib.charts.nps_bar import nps_bar
from cxhub.lib.charts.parts import Part
from cxhub.lib.charts.segments import Row, reach, segments
from cxhub.lib.charts.sparkline import sparkline
from cxhub.lib.charts.svg import Drawing, markup, number, shortened, spread, text, text_width
from cxhub.lib.charts.trend import TrendWords, runs, trend
from cxhub.lib.numbers import compact, decimal, percent, signed

NPS = Scale(-100, 100, 20)
HOSTILE = "</title><script>alert(1)</script>\"'&"


class Found(NamedTuple):
    n: int
    value: float | None
    low: float | None
    high: float | None


def point(
    day: int, n: int, value: float | None, *, half: float = 8, partial: bool = False
) -> TrendPoint:
    bounds = (None, None) if value is None else (value - half, value + half)
    return TrendPoint(date(2026, 1, day), f"{day} Jan", Found(n, value, *bounds), partial)


def parts(*shares: float) -> list[Part]:
    return [
        Part(share, tint, tint, f"{share:.0f}%")
        for share, tint in zip(shares, ("det", "pas", "pro"), strict=True)
    ]


def words(points: list[TrendPoint]) -> TrendWords:
    return TrendWords(str, str, "+30", [item.label for item in points])


# Numbers


@pytest.mark.parametrize(
    ("value", "digits", "english", "french"),
    [
        (1234.5, 1, "1,234.5", "1\u202f234,5"),
        (-12.0, 0, "−12", "−12"),
        (-0.04, 1, "0.0", "0,0"),
        (1_000_000, 0, "1,000,000", "1\u202f000\u202f000"),
    ],
)
def test_decimal(value: float, digits: int, english: str, french: str) -> None:
    assert decimal(value, "en", digits) == english
    assert decimal(value, "fr", digits) == french


@pytest.mark.parametrize(
    ("value", "written"), [(34, "+34"), (-12, "−12"), (0, "0"), (0.4, "0"), (-0.4, "0")]
)
def test_signed(value: float, written: str) -> None:
    assert signed(value, "fr") == written


def test_percent_keeps_its_distance_in_french_only() -> None:
    assert (percent(52, "en"), percent(52, "fr-FR")) == ("52%", "52\u00a0%")


@pytest.mark.parametrize(
    ("value", "written"),
    [(999, "999"), (1234, "1.2k"), (12_345, "12k"), (190_000, "190k"), (3_400_000, "3.4M")],
)
def test_compact(value: int, written: str) -> None:
    assert compact(value, "en") == written


# SVG


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (1.005, "1"), (-0.001, "0"), (2.5, "2.5")]
)
def test_coordinates_are_short(value: float, written: str) -> None:
    assert number(value) == written


def test_markup_is_well_formed_named_and_escaped() -> None:
    drawing = Drawing("wide", 10, 10, (text("chart-name", 0, 0, HOSTILE, hint=HOSTILE),))

    root = ET.fromstring(markup(drawing, "k", HOSTILE, HOSTILE))

    title, desc, label = list(root)
    assert [title.text, desc.text] == [HOSTILE, HOSTILE]
    assert (
        root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}" == "k-wide-t k-wide-d"
    )
    assert "".join(label.itertext()) == HOSTILE + HOSTILE
    assert not [element for element in root.iter() if element.tag == "script"]


def test_long_words_are_shortened_to_their_room() -> None:
    assert shortened("Lyon", 100) == "Lyon"
    assert shortened("Saint-Germain-en-Laye", 80).endswith("…")
    assert text_width(shortened("Saint-Germain-en-Laye", 80)) <= 80


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(10, 40)), max_size=6).map(sorted))
def test_spread_labels_stay_inside_and_apart(wanted: list[tuple[float, float]]) -> None:
    centres = spread(wanted, 0, 300, gap=6)

    edges = [(c - w / 2, c + w / 2) for c, (_, w) in zip(centres, wanted, strict=True)]
    assert all(low >= -1e-6 and high <= 300 + 1e-6 for low, high in edges)
    assert all(after[0] - before[1] >= 6 - 1e-6 for before, after in pairwise(edges))


# The 100 % bar


def test_nps_bar_fills_the_width_with_gaps_of_surface() -> None:
    drawing = nps_bar(parts(20, 30, 50), "wide", 720)

    bars = drawing.of_class("chart-fill")
    assert [(bar["x"], bar["width"]) for bar in bars] == [
        ("0", "142"),
        ("144", "214"),
        ("360", "358"),
    ]
    assert [shape.content for shape in drawing.of_class("chart-on")] == ["20%", "30%", "50%"]
    assert len(drawing.of_class("chart-hatch")) == 1


def test_nps_bar_puts_the_words_of_thin_segments_below() -> None:
    drawing = nps_bar(parts(1, 2, 97), "narrow", 300)

    assert [shape.content for shape in drawing.of_class("chart-on")] == ["97%"]
    assert [shape.content for shape in drawing.of_class("chart-value")] == ["1%", "2%"]


def test_nps_bar_draws_nothing_for_an_empty_group() -> None:
    drawing = nps_bar(parts(0, 0, 100), "wide", 720)

    assert [bar["class"] for bar in drawing.of_class("chart-fill")] == ["chart-fill chart-pro"]


# Distribution


def bars(*counts: int) -> list[Bar]:
    return [
        Bar(count, str(i), (f"{count:,}", "12k", "9%"), "pas") for i, count in enumerate(counts)
    ]


def test_distribution_bars_start_at_zero_and_keep_their_proportions() -> None:
    drawing = distribution(bars(50, 100, 0, 1), [Band(4, "pas", ("●",))], ("", ""), "wide", 400)

    heights = [float(bar["height"]) for bar in drawing.of_class("chart-fill")]
    bottoms = [float(b["y"]) + float(b["height"]) for b in drawing.of_class("chart-fill")]
    assert heights == [66, 132, 0, 2]
    assert set(bottoms) == {152}


@pytest.mark.parametrize(("width", "shown"), [(720, "190,000"), (300, "12k")])
def test_distribution_counts_are_compact_when_they_do_not_fit(width: float, shown: str) -> None:
    drawing = distribution(
        bars(190_000, *[0] * 9), [Band(10, "pas", ("●",))], ("", ""), "wide", width
    )

    assert drawing.of_class("chart-value")[0].content == shown


def test_distribution_band_takes_the_longest_name_that_fits() -> None:
    bands = [
        Band(2, "det", ("▼ Détracteurs 0–6", "▼ 0–6", "▼")),
        Band(8, "pro", ("▲ Promoteurs", "▲")),
    ]

    drawing = distribution(bars(*[1] * 10), bands, ("low", "high"), "narrow", 300)

    assert [shape.content for shape in drawing.of_class("chart-label")] == ["▼ 0–6", "▲ Promoteurs"]


# The diverging bar


@pytest.mark.parametrize(("share", "side"), [(0, 20), (20, 20), (20.1, 40), (100, 100)])
def test_a_side_reaches_to_the_next_fifth(share: float, side: float) -> None:
    assert reach(share) == side


def test_diverging_bar_meets_at_the_line_with_the_neutral_apart() -> None:
    answers = Answers(
        negative=[Part(5, "v1", "1", "5%"), Part(15, "v2", "2", "15%")],
        neutral=Part(20, "v3", "3", "20%"),
        positive=[Part(40, "v4", "4", "40%"), Part(20, "v5", "5", "20%")],
        groups=tuple(parts(20, 20, 60)),
    )

    drawing = csat_bar(answers, "wide", 720)

    unit = (720 - 24) / 100
    zero = float(drawing.of_class("chart-zero")[0]["x1"])
    xs = {bar["class"].split("-")[-1]: float(bar["x"]) for bar in drawing.of_class("chart-fill")}
    assert zero == pytest.approx(20 * unit, abs=0.01)
    assert xs["v1"] == pytest.approx(0, abs=0.01)
    assert xs["v2"] == pytest.approx(5 * unit, abs=0.01)
    assert xs["v4"] == pytest.approx(zero + 1, abs=0.01)
    assert xs["v3"] == pytest.approx(80 * unit + 24, abs=0.01)
    assert [s.content for s in drawing.of_class("chart-value")] == ["1 · 5%"]


def test_labels_that_fit_no_line_take_two_and_stay_inside() -> None:
    thin = [Part(share, "v1", str(value), f"{share}%") for value, share in enumerate([9] * 6, 1)]
    answers = Answers(
        thin[:3], thin[3], [*thin[4:], Part(46, "v5", "7", "46%")], tuple(parts(27, 9, 64))
    )

    labels = csat_bar(answers, "narrow", 300).of_class("chart-value")

    assert len(labels) == 6
    assert len({label["y"] for label in labels}) == 2
    for label in labels:
        half = text_width(label.content, 14) / 2
        assert half - 0.01 <= float(label["x"]) <= 300 - half + 0.01


# The trend


@pytest.mark.parametrize(
    ("values", "ends", "ticks"),
    [
        ([30, 31], (20, 50), (20, 30, 40, 50)),
        ([98, 100], (80, 100), (80, 85, 90, 95, 100)),
        ([-100, -99], (-100, -80), (-100, -95, -90, -85, -80)),
        ([-40, 60], (-50, 100), (-50, 0, 50, 100)),
    ],
)
def test_axis_zooms_to_no_less_than_twenty_points_and_stays_on_the_scale(
    values: list[float], ends: tuple[float, float], ticks: tuple[float, ...]
) -> None:
    axis = axis_for([point(1, 50, value, half=5) for value in values], NPS, 0, 100)

    assert (axis.low, axis.high) == ends
    assert axis.ticks == ticks
    assert axis.is_broken is (ends[0] > -100)
    assert (axis.y(ends[0]), axis.y(ends[1])) == (100, 0)


def test_unsure_points_do_not_stretch_the_axis() -> None:
    sure, unsure = point(1, 50, 30, half=10), point(2, 3, 33, half=60)

    axis = axis_for([sure, unsure], NPS, 0, 100)

    assert (axis.low, axis.high) == (20, 40)
    assert axis.y(93) == 0


def test_trend_leaves_gaps_empty_and_dots_the_period_in_progress() -> None:
    points = [
        point(1, 40, 20), point(2, 50, 24), point(3, 0, None), point(4, 60, 30), point(5, 9, 34),
        point(6, 30, 30, partial=True),
    ]  # fmt: skip

    drawing = trend(points, NPS, words(points), "wide", 720)

    assert runs(points) == [[0, 1], [3, 4, 5]]
    lines = drawing.of_class("chart-line")
    assert [line["class"] for line in lines] == [
        "chart-line", "chart-line", "chart-line chart-line-partial",
    ]  # fmt: skip
    assert [line["d"].count("L") for line in lines] == [1, 1, 1]
    assert len(drawing.of_class("chart-band")) == 2
    assert len(drawing.of_class("chart-volume")) == 5
    assert len(drawing.of_class("chart-dot-hollow")) == 3  # n < 10, the partial one and its end
    assert [shape.content for shape in drawing.of_class("chart-last")] == ["+30"]
    assert len(drawing.of_class("chart-break")) == 1


def test_trend_of_one_period_has_a_dot_and_a_band() -> None:
    points = [point(1, 40, 20)]

    drawing = trend(points, NPS, words(points), "narrow", 300)

    assert drawing.of_class("chart-line") == []
    assert len(drawing.of_class("chart-band")) == 1


def test_trend_without_an_interval_draws_no_band() -> None:
    points = [TrendPoint(date(2026, 1, 1), "1", Found(1, 4.0, None, None))] * 2

    assert trend(points, Scale(1, 5, 1), words(points), "wide", 720).of_class("chart-band") == []


@pytest.mark.parametrize("width", [300, 500, 720, 1080])
@pytest.mark.parametrize("count", [1, 2, 13, 90])
def test_trend_labels_never_touch_and_the_newest_is_there(width: float, count: int) -> None:
    points = [
        TrendPoint(date(2026, 1, 1), f"{i % 28 + 1} sept.", Found(50, 20.0, 10.0, 30.0))
        for i in range(count)
    ]

    drawing = trend(points, NPS, words(points), "wide", width)

    labels = [shape for shape in drawing.of_class("chart-tick") if "sept" in shape.content]
    spans = sorted(
        (
            float(s["x"]) - text_width(s.content, 12) / 2,
            float(s["x"]) + text_width(s.content, 12) / 2,
        )
        for s in labels
    )
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert spans[0][0] >= -0.01
    assert spans[-1][1] <= width + 0.01
    assert labels[0].content == points[-1].label


def test_sparkline_is_96_by_24_with_a_dot_at_the_end() -> None:
    drawing = sparkline([point(1, 40, 20), point(2, 50, 24), point(3, 0, None)], NPS)

    assert (drawing.width, drawing.height) == (96, 24)
    assert [shape.tag for shape in drawing.shapes] == ["path", "circle"]
    assert sparkline([point(1, 0, None)], NPS).shapes == ()


# Segments


@pytest.mark.parametrize("width", [300, 500, 720, 1080])
def test_segments_share_one_zero_line_and_one_scale(width: float) -> None:
    rows = [
        Row("SMS", tuple(parts(20, 30, 50)), "+30 ± 9", "100"),
        Row("Web", tuple(parts(40, 40, 20)), "−20 ± 9", "100"),
        Row("Widget", None, "—", "0"),
    ]

    drawing = segments(rows, ("NPS", "n"), [("det", "▼"), ("pro", "▲"), ("pas", "●")], "w", width)

    zeros = {shape["x1"] for shape in drawing.of_class("chart-zero")}
    good = [float(bar["width"]) + 2 for bar in drawing.of_class("chart-pro")]
    bad = [float(bar["x"]) + float(bar["width"]) + 2 for bar in drawing.of_class("chart-det")]
    assert len(zeros) == 1
    assert bad == pytest.approx([float(zeros.pop())] * 2, abs=0.02)
    assert good[0] / good[1] == pytest.approx(2.5, abs=0.01)
    assert [shape.content for shape in drawing.of_class("chart-name")] == ["SMS", "Web", "Widget"]
    assert all(0 <= float(bar["x"]) <= width for bar in drawing.of_class("chart-fill"))
