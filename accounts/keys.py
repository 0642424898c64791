"""How an API client proves itself: the classes that DRF's settings name.

They import nothing of DRF's views, which load these settings themselves.
"""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.actions import api_keys
from accounts.models import ApiKey


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer cxh_…`; cookies are never looked at."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        header = request.headers.get("Authorization", "")
        scheme, _, key = header.partition(" ")
        if any("cxh_" in value for value in request.query_params.values()):
            api_keys.revoke_leaked_keys(texts=[request.get_full_path()])
            raise exceptions.ParseError(code="token_in_url")
        if not header:
            raise exceptions.NotAuthenticated
        api_key = api_keys.use_api_key(key=key) if scheme.lower() == "bearer" else None
        if api_key is None:
            raise exceptions.AuthenticationFailed
        return AnonymousUser(), api_key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="cxhub"'


class HasScope(BasePermission):
    """Whether the key carries the scope that the endpoint asks for."""

    def has_permission(self, request: Request, view: object) -> bool:
        action = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        key = cast("ApiKey", request.auth)
        if f"{view.scope}:{action}" not in key.scopes:  # type: ignore[attr-defined]
            raise exceptions.PermissionDenied(code="insufficient_scope")
        return True


class KeyThrottle(SimpleRateThrottle):
    """300 calls a minute per key."""

    scope = "key"

    def get_cache_key(self, request: Request, view: object) -> str | None:
        return f"throttle:{request.auth.pk}" if request.auth else None
