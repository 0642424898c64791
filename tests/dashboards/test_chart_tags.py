"""The chart tags as a page uses them: words, tables, empty and small states, hostile labels."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from django.utils import translation

from cxhub.lib.charts.axis import TrendPoint
from surveys import scoring
from surveys.scoring import Estimate, estimate

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert('x')</script>\" onload=\"y&"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def nps(promoters: int, n: int, detractors: int) -> Estimate:
    counts = scoring.empty_counts()
    counts[9], counts[8], counts[6] = promoters, n - promoters - detractors, detractors
    return estimate("nps", counts)


def csat(*counts: int) -> Estimate:
    return estimate("csat", [0, *counts, 0, 0, 0, 0, 0])


def weeks(*estimates: Estimate) -> list[TrendPoint]:
    start = date(2026, 1, 5)
    return [
        TrendPoint(start + timedelta(weeks=i), f"W{i + 1}", found, i == len(estimates) - 1)
        for i, found in enumerate(estimates)
    ]


def render(tag: str, **context: object) -> str:
    return Template(f"{{% load charts %}}{{% {tag} %}}").render(Context(context))


def figure(tag: str, **context: object) -> ET.Element:
    return ET.fromstring(render(tag, **context))


def words(element: ET.Element) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in element]


def table(root: ET.Element) -> list[list[str]]:
    return [words(row) for row in root.findall(".//table/tbody/tr")]


EVERY_CHART = [
    ("nps_bar e", {"e": nps(50, 100, 20)}),
    ("distribution 'nps' e labels", {"e": nps(50, 100, 20), "labels": ["no", "yes"]}),
    ("distribution 'csat' e", {"e": csat(1, 2, 3, 40, 50)}),
    ("csat_bar e", {"e": csat(1, 2, 3, 40, 50)}),
    ("csat_bar e", {"e": estimate("ces", [0, 1, 2, 3, 4, 5, 6, 70, 0, 0, 0])}),
    ("trend points 'nps'", {"points": weeks(nps(50, 100, 20), nps(0, 0, 0), nps(6, 12, 2))}),
    ("segments rows 'nps'", {"rows": [("SMS", nps(50, 100, 20)), ("Web", nps(2, 4, 1))]}),
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("tag", "context"), EVERY_CHART)
def test_every_chart_is_a_well_formed_figure_with_named_images_and_a_table(
    tag: str, context: dict[str, object], language: str
) -> None:
    with translation.override(language):
        root = figure(tag, **context)

    images = [element for element in root.iter() if element.tag == "svg"]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert root.tag == "figure"
    assert len(images) == 4
    assert len(ids) == len(set(ids))
    for image in images:
        assert image.get("role") == "img"
        assert set((image.get("aria-labelledby") or "").split()) <= set(ids)
        assert (image.findtext("title"), bool(image.findtext("desc"))) == (
            root.findtext(".//caption"),
            True,
        )
    assert table(root)


@pytest.mark.parametrize(("tag", "context"), EVERY_CHART)
def test_no_chart_carries_colours_or_styles(tag: str, context: dict[str, object]) -> None:
    html = render(tag, key="k", **context)

    assert re.findall(r'style=|<style|fill="(?!url\(#)|stroke="|#[0-9a-fA-F]{3,8}\b', html) == []


def test_two_equal_charts_have_different_ids() -> None:
    first, second = (figure("nps_bar e", e=nps(5, 10, 2)) for _ in range(2))

    ids = [{e.get("id") for e in root.iter() if e.get("id")} for root in (first, second)]
    assert ids[0].isdisjoint(ids[1])


@pytest.mark.parametrize(
    ("tag", "context"),
    [
        ("segments rows 'nps' title=label", {"rows": [(HOSTILE, nps(50, 100, 20))]}),
        ("distribution 'nps' e labels title=label", {"e": nps(5, 10, 2), "labels": [HOSTILE] * 2}),
        ("nps_bar e title=label", {"e": nps(5, 10, 2)}),
        (
            "trend points 'nps' title=label",
            {"points": [TrendPoint(date(2026, 1, 5), HOSTILE, nps(5, 10, 2))]},
        ),
    ],
)
def test_hostile_labels_are_shown_as_text(tag: str, context: dict[str, object]) -> None:
    html = render(tag, label=HOSTILE, **context)

    assert HOSTILE not in html
    assert "<script" not in html
    assert HOSTILE in "".join(ET.fromstring(html).itertext())


def test_nps_bar_says_the_finding_and_its_table_is_the_data() -> None:
    root = figure("nps_bar e", e=nps(50, 100, 20))

    assert words(root.find("figcaption") or root) == ["NPS +30 ± 15", "100 responses"]
    assert table(root) == [
        ["▼ Detractors", "20", "20.0%"],
        ["● Passives", "30", "30.0%"],
        ["▲ Promoters", "50", "50.0%"],
    ]
    assert (root.findtext(".//desc") or "").replace("\u00a0", " ") == (
        "NPS +30 ± 15, 95% interval +14 to +44, 100 responses: "
        "Detractors 20%, Passives 30%, Promoters 50%."
    )


def test_few_answers_show_their_bounds_and_no_margin_around_the_score() -> None:
    template = Template("{% load charts feed_words %}{{ e|score_with_margin }}|{{ e|margin_text }}")

    assert template.render(Context({"e": nps(4, 5, 1)})) == "+60 (from −19 to +94)|from −19 to +94"
    with translation.override("fr"):
        assert template.render(Context({"e": nps(4, 5, 1)})).endswith("|de −19 à +94")
    assert "±" in template.render(Context({"e": nps(50, 100, 20)}))
    assert "±" in template.render(Context({"e": nps(2, 8, 2)}))


def test_nps_bar_in_french() -> None:
    with translation.override("fr"):
        root = figure("nps_bar e", e=nps(500, 2000, 800))

    assert words(root.find("figcaption") or root) == ["NPS −15 ± 3", "2 000 réponses"]
    assert table(root)[0] == ["▼ Détracteurs", "800", "40,0 %"]
    assert words(root.find(".//details") or root)[0] == "Voir le tableau"


def test_distribution_table_has_every_answer_with_its_words() -> None:
    root = figure("distribution 'csat' e labels", e=csat(1, 0, 0, 3, 36), labels=list("abcde"))

    assert table(root) == [
        ["1 · a", "1", "2.5%"],
        ["2 · b", "0", "0.0%"],
        ["3 · c", "0", "0.0%"],
        ["4 · d", "3", "7.5%"],
        ["5 · e", "36", "90.0%"],
    ]


def test_trend_table_has_every_period_with_its_interval() -> None:
    root = figure(
        "trend points 'nps'", points=weeks(nps(50, 100, 20), nps(0, 0, 0), nps(50, 100, 20))
    )

    assert table(root) == [
        ["W1", "100", "+30", "+14 to +44"],
        ["W2", "0", "—", "—"],
        ["W3 (not finished)", "100", "+30", "+14 to +44"],
    ]


def test_a_trend_explains_a_band_only_where_one_is_drawn() -> None:
    with_band = render("trend points 'nps'", points=weeks(nps(50, 100, 20)))
    without = render("trend points 'nps'", points=weeks(nps(0, 1, 1)))

    assert "Band: interval" in with_band
    assert "Band: interval" not in without
    assert all("Bars: number of responses" in html for html in (with_band, without))


def test_segments_are_ranked_and_small_ones_are_grey_at_the_end() -> None:
    rows = [
        ("Small", nps(8, 9, 0)),
        ("Worse", nps(20, 100, 50)),
        ("Better", nps(50, 100, 20)),
        ("None", nps(0, 0, 0)),
    ]

    html = render("segments rows 'nps'", rows=rows)

    root = ET.fromstring(html)
    assert [row[0] for row in table(root)] == ["Better", "Worse", "Small", "None"]
    assert table(root)[3] == ["None", "0", "—", "—", "—", "—", "—"]
    assert "not ranked" in html
    assert "chart-grey" in html


@pytest.mark.parametrize(
    ("tag", "context"),
    [
        ("nps_bar e", {"e": nps(0, 0, 0)}),
        ("distribution 'nps' e", {"e": nps(0, 0, 0)}),
        ("csat_bar e", {"e": csat(0, 0, 0, 0, 0)}),
        ("trend points 'nps'", {"points": []}),
        ("trend points 'nps'", {"points": weeks(nps(0, 0, 0))}),
        ("segments rows 'nps'", {"rows": []}),
    ],
)
def test_no_answers_is_said_and_not_drawn(tag: str, context: dict[str, object]) -> None:
    root = figure(tag, **context)

    assert root.findtext("p") == "No responses yet"
    assert root.find(".//svg") is None


def test_few_answers_only_indicate() -> None:
    small = figure("nps_bar e", e=nps(6, 12, 2))
    with translation.override("fr"):
        french = figure("nps_bar e", e=nps(6, 12, 2))

    assert words(small.find("figcaption") or small)[1] == "indicative (n = 12)"
    assert words(french.find("figcaption") or french)[1] == "indicatif (n = 12)"
    assert [row[2] for row in table(small)] == ["17%", "33%", "50%"]


def test_a_share_that_rounds_to_nothing_is_not_nothing() -> None:
    root = figure("csat_bar e", e=csat(1, 0, 0, 0, 999))

    assert "<1%" in "".join(root.itertext())


def test_sparkline_has_its_value_beside() -> None:
    root = figure("sparkline points 'csat' title='Lyon'", points=weeks(csat(1, 1, 2, 40, 56)))

    assert root.findtext("span") == "96%"
    assert root.findtext("./svg/desc") == "Lyon: 96%"


def test_filters_write_a_score_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        found = Template("{% load charts %}{{ e|score }} · {{ e|score_with_margin }}").render(
            Context({"e": estimate("rating", [0, 3, 9, 22, 60, 55, 0, 0, 0, 0, 0])})
        )

    assert found == "4,0 · 4,0\u00a0±\u00a00,2"


def test_an_average_beside_a_share_has_its_interval() -> None:
    page = Template("{% load feed_words %}{{ many|mean }}, {{ one|mean }}, {{ nps|mean }}")
    found = page.render(
        Context(
            {"many": csat(1, 2, 3, 40, 50), "one": csat(0, 0, 0, 1, 0), "nps": nps(50, 100, 20)}
        )
    )

    assert found == "4.4/5 (4.3 to 4.6), 4.0/5, "


def test_the_style_sheet_of_the_charts_uses_tokens_only() -> None:
    css = (ROOT / "static/css/charts.css").read_text()

    assert (
        re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:margin|padding|border)-(?:left|right)\b", css) == []
    )


def test_every_class_of_the_drawings_has_a_colour() -> None:
    css = (ROOT / "static/css/charts.css").read_text()
    html = "".join(render(tag, **context) for tag, context in EVERY_CHART)

    used = {
        name
        for element in ET.fromstring(f"<p>{html}</p>").iter()
        if element.tag in {"rect", "path", "circle", "line"}
        for name in (element.get("class") or "").split()
    }
    assert {name for name in used if not re.search(rf"\.{name}\b", css)} == set()
