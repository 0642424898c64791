"""The project's own source files, for the tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "events",
    "contacts",
    "surveys",
    "channels_out",
    "journeys",
    "cases",
    "alerts",
    "dashboards",
)
PACKAGES = ("cxhub", *APPS)
SOURCES = (*PACKAGES, "launcher")


def modules(*, packages: tuple[str, ...] = SOURCES) -> Iterator[Path]:
    """Python files of the product, without migrations."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    """Dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a module, from the top; many tests look at all of them."""
    return tuple(ast.walk(tree_of(path)))


@cache
def imports() -> grimp.ImportGraph:
    """Who imports whom among the packages."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)
