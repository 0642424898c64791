"""Nothing is open by default, and what belongs to others does not exist."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import client_of

UNKNOWN = "0193b3a0-0000-7000-8000-000000000000"
ROUTE_PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every route of the URLconf with its whole path."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            found += patterns(entry, path)
        else:
            found.append((path, entry))
    return found


ROUTES = patterns()


AUDIENCES = {"member", "signed_in", "public", "webhook", "api"}


def test_a_view_declares_who_may_call_it():
    undeclared = [
        path
        for path, route in ROUTES
        if getattr(getattr(route.callback, "access", None), "audience", None) not in AUDIENCES
    ]

    assert ROUTES
    assert undeclared == []


def fill(path: str, slug: str) -> str:
    """The address of a route with an organisation and ids that nobody has."""
    values = {"organisation_slug": slug}
    return "/" + ROUTE_PART.sub(
        lambda part: values.get(part["name"], "7" if part["kind"] == "int" else UNKNOWN), path
    )


MEMBER_ROUTES = [
    (path, route)
    for path, route in ROUTES
    if getattr(route.callback, "access", None) and route.callback.access.audience == "member"
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_organisation_does_not_exist(method, alice, charlie):
    """AB-01, AB-02: every route of another organisation is the same 404."""
    client = client_of(charlie)
    slug, different = alice.organisation.slug, {}

    for path, _route in MEMBER_ROUTES:
        theirs = getattr(client, method)(fill(path, slug))
        nobodys = getattr(client, method)(fill(path, "no-such-organisation"))
        if theirs.status_code == nobodys.status_code == 405:
            continue
        same = _stable(theirs.content, slug) == _stable(nobodys.content, "no-such-organisation")
        if (theirs.status_code, nobodys.status_code, same) != (404, 404, True):
            different[path] = (theirs.status_code, nobodys.status_code, same)

    assert MEMBER_ROUTES
    assert different == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_id_is_not_found(method, alice, alice_client):
    """AB-01: an id that is not ours answers 404 (or is not for this method)."""
    statuses = {
        path: getattr(alice_client, method)(fill(path, alice.organisation.slug)).status_code
        for path, _route in MEMBER_ROUTES
        if path.count("<") > 1
    }

    assert statuses
    assert {path: status for path, status in statuses.items() if status not in {404, 405}} == {}


def _stable(content: bytes, slug: str) -> bytes:
    content = re.sub(rb'"(csrfmiddlewaretoken|csrf-token)" (value|content)="[^"]+"', b"", content)
    return content.replace(slug.encode(), b"slug")
