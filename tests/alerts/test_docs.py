"""Every member of the families has its section in docs/alerts.md, and a module of tests."""

from pathlib import Path

import pytest
from django.conf import settings

from alerts.conditions import CONDITIONS
from alerts.reactions import REACTIONS

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize("slug", [*CONDITIONS, *REACTIONS])
def test_a_member_is_documented(slug):
    assert f"\n### {slug}\n" in (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("family", "slug"),
    [*(("conditions", slug) for slug in CONDITIONS), *(("reactions", slug) for slug in REACTIONS)],
)
def test_a_member_is_tested_and_knows_its_name(family, slug):
    registry = {"conditions": CONDITIONS, "reactions": REACTIONS}[family]

    assert registry[slug].slug == slug
    assert (ROOT / "tests" / "alerts" / family / f"test_{slug}.py").exists()
