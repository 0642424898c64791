"""Each abuse that the product promises to withstand is tried by a test that names it."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.sources import ROOT, tree_of

PROMISED = ("AB-01", "AB-02", "AB-15", "AB-16", "AB-18", "AB-19", "AB-20", "AB-22", "AB-23",
            "AB-26", "AB-29", "AB-32", "AB-34", "AB-39", "AB-45")  # fmt: skip


@cache
def all_tests() -> list[ast.FunctionDef]:
    return [
        node
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("abuse", PROMISED)
def test_an_abuse_is_tried(abuse):
    assert any(abuse in (ast.get_docstring(test) or "") for test in all_tests())


def test_an_abuse_has_one_spelling():
    """So that a search for it finds all of its tests."""
    assert [test.name for test in all_tests() if re.search(r"_ab_?\d\d(_|$)", test.name)] == []
