"""How an API client proves itself: the classes that DRF's settings name.

They import nothing of DRF's views, which load these settings themselves.
"""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.actions import api_keys
from accounts.models import ApiKey
from cxhub.lib.limits import SharedLimit, Standing
from cxhub.lib.problems import Problem

KEY_LIMIT = SharedLimit("api-key", 300, 60)
ORGANISATION_LIMIT = SharedLimit("api-organisation", 1_200, 60)
BULK_LIMIT = SharedLimit("api-bulk", 10, 60)
REALM = 'Bearer realm="cxhub"'
KEY_START = "cxh_"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer cxh_…`; cookies are never looked at."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        _refuse_keys_in_the_address(request)
        header = request.headers.get("Authorization", "")
        if not header:
            raise exceptions.NotAuthenticated
        scheme, _space, key = header.partition(" ")
        api_key = api_keys.use_api_key(key=key.strip()) if scheme.lower() == "bearer" else None
        if api_key is None:
            raise exceptions.AuthenticationFailed
        return AnonymousUser(), api_key

    def authenticate_header(self, request: Request) -> str:
        return REALM


def _refuse_keys_in_the_address(request: Request) -> None:
    """Addresses end in logs, so a key that was in one is no secret any more."""
    texts = [request.path]
    for name, values in request.query_params.lists():
        texts += [name, *values]
    if any(KEY_START in text for text in texts):
        api_keys.revoke_leaked_keys(texts=texts)
        detail = _("A key in an address is no secret: it was revoked. Send keys in Authorization.")
        raise Problem(400, "token_in_url", detail)


class HasScope(BasePermission):
    """Whether the key carries the scope that the endpoint asks for."""

    def has_permission(self, request: Request, view: object) -> bool:
        action = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        key = cast("ApiKey", request.auth)
        scope = f"{view.scope}:{action}"  # type: ignore[attr-defined]
        if scope not in key.scopes:
            challenge = f'{REALM}, error="insufficient_scope", scope="{scope}"'
            raise Problem(
                403,
                "insufficient_scope",
                _("This needs a key with the scope %(scope)s.") % {"scope": scope},
                headers={"WWW-Authenticate": challenge},
            )
        return True


class KeyThrottle(BaseThrottle):
    """300 calls a minute per key, 1,200 per organisation."""

    def allow_request(self, request: Request, view: object) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        standings = [
            KEY_LIMIT.count(str(key.pk)),
            ORGANISATION_LIMIT.count(str(key.organisation_id)),
        ]
        tightest = min(standings, key=lambda standing: standing.remaining)
        exceeded = max(standings, key=lambda standing: standing.wait)
        _refuse_beyond(exceeded)
        request.standing = tightest  # type: ignore[attr-defined]
        return True


def count_bulk(key: ApiKey) -> None:
    """Count a call that carries many rows: ten a minute."""
    _refuse_beyond(BULK_LIMIT.count(str(key.pk)))


def _refuse_beyond(standing: Standing) -> None:
    if standing.wait:
        raise Problem(
            429,
            "rate_limited",
            _("Too many calls: repeat in %(seconds)s seconds.") % {"seconds": standing.wait},
            headers={"Retry-After": str(standing.wait), **rate_headers(standing)},
        )


def rate_headers(standing: Standing) -> dict[str, str]:
    """How many calls there are in a window, how many are left, and when it ends."""
    return {
        "RateLimit-Limit": str(standing.most),
        "RateLimit-Remaining": str(standing.remaining),
        "RateLimit-Reset": str(standing.reset),
    }
