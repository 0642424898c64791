"""The decorator of every API view."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, View, declare
from accounts.actions import idempotency
from accounts.models import ApiKey
from cxhub.lib.tenancy import tenant


class KeyRequest(Request):
    """An API request whose key is known."""

    auth: ApiKey


def endpoint(*methods: str, scope: str) -> Callable[[View], View]:
    """An API view for keys with `<scope>:read` or, for anything but GET, `<scope>:write`.

    Runs in the transaction of the key's organisation. POST honours Idempotency-Key.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: KeyRequest, *args: Any, **kwargs: Any) -> Response:
            key = request.auth
            with tenant(key.organisation_id):
                if request.method == "POST":
                    return idempotency.answer_once(
                        api_key=key,
                        key=request.headers.get("Idempotency-Key"),
                        request_bytes=_fingerprint_source(request),
                        answer=lambda: cast("Response", view(request, *args, **kwargs)),
                    )
                return cast("Response", view(request, *args, **kwargs))

        endpoint_view = api_view(list(methods))(cast("Any", guarded))
        endpoint_view.cls.scope = scope  # type: ignore[attr-defined]
        return declare(cast("View", endpoint_view), Access("api", scope))

    return decorate


def _fingerprint_source(request: Request) -> bytes:
    return f"{request.path}\n{request.data!r}".encode("utf-8", "surrogatepass")
