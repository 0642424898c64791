"""Sentences that could rot: settings, paths and registry keys that documents name."""

import re

import pytest

from alerts.conditions import CONDITIONS
from channels_out.kinds import KINDS
from surveys import scoring
from tests.architecture.sources import ROOT

SETTING = re.compile(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"')
NAMED_PATH = re.compile(r"`([a-z_]+(?:/[\w.-]+)*/[\w.-]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")
ROUTES = ("api/", "healthz/")
EXAMPLE = re.compile(r"^\| (nps|csat|ces|rating) \|(.*?)\|(.*)\|$", re.MULTILINE)


def headings(path: str) -> set[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")}


def test_every_setting_is_documented_and_nothing_else():
    source = (ROOT / "cxhub" / "settings.py").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert set(SETTING.findall(source)) == set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))


@pytest.mark.parametrize(
    "page",
    [
        "docs/architecture.md",
        "docs/channels.md",
        "docs/alerts.md",
        "docs/metrics.md",
        "CONTRIBUTING.md",
    ],
)
def test_a_path_that_a_document_names_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    missing = [
        path
        for path in NAMED_PATH.findall(text)
        if "<" not in path
        and not path.startswith(ROUTES)
        and not (ROOT / path).exists()
        and not (ROOT / f"{path}.py").exists()
    ]

    assert missing == []


@pytest.mark.parametrize("page", ["README.md", "docs/alerts.md", "docs/architecture.md"])
def test_a_link_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    folder = (ROOT / page).parent

    assert [link for link in LINK.findall(text) if not (folder / link).exists()] == []


@pytest.mark.parametrize(
    ("page", "keys"), [("docs/channels.md", set(KINDS)), ("docs/alerts.md", set(CONDITIONS))]
)
def test_every_member_of_a_family_has_a_section(page, keys):
    assert keys <= headings(page)


def test_the_worked_examples_are_what_the_code_computes():
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    examples = EXAMPLE.findall(page)
    for metric, answers, told in examples:
        counts = scoring.empty_counts()
        for value, n in re.findall(r"(\d+) × (\d+)", answers):
            counts[int(value)] = int(n)
        found = scoring.estimate(metric, counts)
        numbers = [float(number.replace("−", "-")) for number in told.split("|")]
        assert numbers == [
            round(number or 0, 1) for number in (found.n, found.value, found.low, found.high)
        ]
    assert {metric for metric, _answers, _told in examples} == set(scoring.METRICS)
