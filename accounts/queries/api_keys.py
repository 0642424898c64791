"""Reads of API keys."""

from django.db.models import QuerySet

from accounts.models import ApiKey, Organisation
from accounts.queries.lookups import Owner, owner_of
from cxhub.lib.tokens import token_hash


def api_keys(organisation: Organisation) -> QuerySet[ApiKey]:
    """The organisation's keys, newest first."""
    return ApiKey.objects.within(organisation).order_by("-created_at")


def api_key_owner(key: str) -> Owner | None:
    """Whose key this is; None when nobody's."""
    return owner_of("accounts_api_key_owner", token_hash(key))
