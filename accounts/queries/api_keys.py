"""Reads of API keys."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import ApiKey, Organisation
from accounts.queries.lookups import Owner, owner_of

SALT = "accounts.api_key"


def api_keys(organisation: Organisation) -> QuerySet[ApiKey]:
    """The organisation's keys, newest first."""
    return ApiKey.objects.within(organisation).order_by("-created_at")


def api_key_owner(key: str) -> Owner | None:
    """Whose key this is; None when nobody's."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if owner := owner_of("accounts_api_key_owner", api_key_hash(key, secret)):
            return owner
    return None


def api_key_hash(key: str, secret: str) -> str:
    """What the database holds of a key: worth nothing without the secret of the installation."""
    text = key.encode("utf-8", "surrogatepass")
    return salted_hmac(SALT, text, secret=secret, algorithm="sha256").hexdigest()
