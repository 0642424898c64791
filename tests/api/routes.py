"""Every address of the API, found in the URLconf, so that new ones are held to the rules."""

from typing import NamedTuple

from tests.architecture.test_access import ROUTE_PART, ROUTES, UNKNOWN

ROOT = "/api/v1/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODIES = ("POST", "PATCH", "PUT")
PROBLEM_MEMBERS = {"type", "title", "status", "code", "detail", "errors", "request_id"}


class Call(NamedTuple):
    """One method of one address."""

    method: str
    route: str
    scope: str
    is_guarded: bool = False

    @property
    def has_id(self) -> bool:
        return "<" in self.route

    @property
    def needed_scope(self) -> str:
        return f"{self.scope}:{'read' if self.method == 'GET' else 'write'}"

    def url(self, name: str = UNKNOWN) -> str:
        """The address with its ids filled in."""
        return "/" + ROUTE_PART.sub(lambda _part: name, self.route)


def methods_of(callback) -> list[str]:
    return [name for name in METHODS if name.lower() in callback.cls.http_method_names]


CALLS = [
    Call(method, path, route.callback.access.rule, route.callback.cls.is_guarded)
    for path, route in ROUTES
    if getattr(route.callback, "access", None) and route.callback.access.audience == "api"
    for method in methods_of(route.callback)
]
WRITES = [call for call in CALLS if call.method in BODIES]
LISTS = [call for call in CALLS if call.method == "GET" and not call.has_id]
ITEMS = [call for call in CALLS if call.has_id]
GUARDED = [call for call in CALLS if call.is_guarded]
ADDRESSES = list({call.route: call for call in CALLS}.values())


def name_of(call: Call) -> str:
    return f"{call.method} {call.route.removeprefix('api/v1/')}"


def send(client, call: Call, body: bytes | str = b"{}", url: str = "", **options):
    """The call, with an empty object where there is a body."""
    if call.method in BODIES:
        options.setdefault("content_type", "application/json")
        return client.generic(call.method, url or call.url(), body, **options)
    return client.generic(call.method, url or call.url(), **options)


def problem(response) -> tuple[int, str]:
    """Status and code of an answer, which must have the whole shape of a problem."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content[:300]
    body = response.json()
    assert body.keys() == PROBLEM_MEMBERS
    assert body["type"] == "about:blank"
    assert body["status"] == response.status_code
    assert all(body[name] and isinstance(body[name], str) for name in ("title", "code", "detail"))
    assert all(error.keys() == {"path", "code", "message"} for error in body["errors"])
    assert (body["request_id"] is None) is (response.status_code == 404)
    return response.status_code, body["code"]
