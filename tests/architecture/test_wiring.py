"""What is wired by name exists: subscribers, the clock, tasks that actions ring for, links."""

import ast
import re

import pytest
from django.urls import URLResolver, get_resolver
from django.utils.module_loading import import_string

from accounts.templatetags.shell import ELSEWHERE, ON_PHONES, SECTIONS, SETTINGS
from cxhub.schedule import SCHEDULE
from cxhub.subscriptions import (
    MOMENTS,
    ON_DISBANDING,
    ON_FOUNDING,
    ON_RENAMING,
    PUBLISH,
    SUBSCRIPTIONS,
)
from tests.architecture.sources import ROOT, modules, name_of, nodes_of

LINK = re.compile(r"""\{% *(?:nav_url|url) +["']([^"']+)["']""")

SUBSCRIBERS = sorted({path for paths in SUBSCRIPTIONS.values() for path in paths})


def rung_for() -> set[tuple[str, str]]:
    """(module, task path) of each literal passed to `enqueue`."""
    return {
        (name_of(path), node.args[0].value)
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "enqueue"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("path", [*SUBSCRIBERS, *SCHEDULE])
def test_a_wired_path_is_a_task(path):
    assert import_string(path).name == path


@pytest.mark.parametrize("path", SUBSCRIBERS)
def test_a_subscriber_takes_an_organisation_and_events(path):
    code = import_string(path).run.__code__

    assert code.co_varnames[: code.co_argcount] == ("organisation_id", "event_ids")


def test_a_bell_rings_somewhere():
    found = rung_for()

    assert found
    assert [(module, path) for module, path in found if import_string(path).name != path] == []


@pytest.mark.parametrize(
    ("path", "taken"),
    [(path, "organisation") for path in ON_FOUNDING]
    + [(path, "team") for path in ON_DISBANDING]
    + [(path, "place") for path in ON_RENAMING],
)
def test_what_happens_in_the_transaction_takes_its_row(path, taken):
    code = import_string(path).__wrapped__.__code__

    assert code.co_varnames[: code.co_argcount] == (taken,)


@pytest.mark.parametrize(
    ("path", "taken"),
    [(PUBLISH, ("kind", "link", "options")), (MOMENTS, ("organisation_id", "invitation_id"))],
)
def test_who_knows_takes_what_he_is_asked_with(path, taken):
    code = import_string(path).__code__

    assert code.co_varnames[: code.co_argcount] == taken


def test_one_table_says_which_queue_a_task_waits_in():
    """A queue named at the task itself is silently stronger than `cxhub/queues.py`."""
    named = {
        name_of(path)
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "shared_task"
        and any(keyword.arg == "queue" for keyword in node.keywords)
    }

    assert named == set()


def route_names(resolver: URLResolver, space: str = "") -> set[str]:
    """Every name that an address can be asked by."""
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= route_names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            found.add(space + entry.name)
    return found


def test_a_page_leads_to_routes_that_exist():
    """Also on the pages that no test happens to draw."""
    pages = sorted((ROOT / "templates").rglob("*.*"))
    named = {route for page in pages for route in LINK.findall(page.read_text())}
    named |= {route for route, *_ in (*SECTIONS, *SETTINGS)} | set(ON_PHONES)
    named |= {*ELSEWHERE, *ELSEWHERE.values()}

    assert "surveys:survey-list" in named
    assert named - route_names(get_resolver()) == set()
