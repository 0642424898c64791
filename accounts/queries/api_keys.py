"""Reads of API keys."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import ApiKey, Organisation
from accounts.queries.lookups import Owner, owner_of
from cxhub.lib.rows import columns, instances
from cxhub.lib.tenancy import row_of_owner

SALT = "accounts.api_key"
OWNER = "accounts_api_key_owner"

KEY_WITH_ORGANISATION = f"""
SELECT {columns(ApiKey, "k")}, {columns(Organisation, "o")}
FROM accounts_apikey k JOIN accounts_organisation o ON o.id = k.organisation_id
WHERE k.key_hash = %s
"""


def api_keys(organisation: Organisation) -> QuerySet[ApiKey]:
    """The organisation's keys, newest first."""
    return ApiKey.objects.within(organisation).order_by("-created_at")


def api_key_owner(key: str) -> Owner | None:
    """Whose key this is; None when nobody's."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if owner := owner_of(OWNER, api_key_hash(key, secret)):
            return owner
    return None


def presented_key(key: str) -> ApiKey | None:
    """The key that a client presents, usable or not, with its organisation; None if unknown.

    Every call of the API asks this first: one trip to the database, which is asked each time
    so that a revoked key ends at once.
    """
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key_hash = api_key_hash(key, secret)
        if row := row_of_owner(OWNER, key_hash, KEY_WITH_ORGANISATION, [key_hash]):
            api_key: ApiKey
            api_key, api_key.organisation = instances(row, ApiKey, Organisation)
            return api_key
    return None


def api_key_hash(key: str, secret: str) -> str:
    """What the database holds of a key: worth nothing without the secret of the installation."""
    text = key.encode("utf-8", "surrogatepass")
    return salted_hmac(SALT, text, secret=secret, algorithm="sha256").hexdigest()
