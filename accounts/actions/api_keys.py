"""Making, using and revoking API keys."""

import re
import secrets
import string
import zlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions import audit
from accounts.models import ApiKey, Organisation, User
from accounts.queries.api_keys import api_key_hash, api_key_owner, presented_key
from cxhub.lib.tenancy import tenant
from cxhub.lib.tokens import KEY_BYTES

LIFETIME = timedelta(days=365)
USE_RECORDED_EVERY = timedelta(minutes=5)
KEY_PATTERN = re.compile(r"cxh_[a-z]+_([A-Za-z0-9_-]{43})_([0-9A-Za-z]{6})")
DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
CHECK_LENGTH = 6


@transaction.atomic
def create_api_key(
    *, organisation: Organisation, name: str, scopes: list[str], created_by: User | None
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown once and never again."""
    random_part = secrets.token_urlsafe(KEY_BYTES)
    key = f"cxh_live_{random_part}_{checksum(random_part)}"
    api_key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=key[:12],
        key_hash=api_key_hash(key, settings.SECRET_KEY),
        scopes=scopes,
        created_by=created_by,
        expires_at=timezone.now() + LIFETIME,
    )
    audit.record(
        organisation=organisation,
        actor=created_by,
        action="api_key.created",
        target=name,
    )
    return api_key, key


@transaction.atomic
def revoke_api_key(*, api_key: ApiKey, actor: User | None) -> None:
    """End a key at once."""
    if api_key.revoked_at is None:
        api_key.revoked_at = timezone.now()
        api_key.save(update_fields=["revoked_at"])
        audit.record(
            organisation=api_key.organisation,
            actor=actor,
            action="api_key.revoked",
            target=api_key.name,
        )


def use_api_key(*, key: str) -> ApiKey | None:
    """The usable key that a client presents, with its organisation; None otherwise."""
    api_key = presented_key(key) if is_well_formed(key) else None
    if api_key is None or not api_key.is_usable or api_key.organisation.is_suspended:
        return None
    now = timezone.now()
    if api_key.last_used_at is None or now - api_key.last_used_at > USE_RECORDED_EVERY:
        api_key.last_used_at = now
        with tenant(api_key.organisation_id):
            api_key.save(update_fields=["last_used_at"])
    return api_key


def revoke_leaked_keys(*, texts: list[str]) -> None:
    """Revoke keys that somebody put into an address, where logs and proxies keep them."""
    for key in {match[0] for text in texts for match in KEY_PATTERN.finditer(text)}:
        owner = api_key_owner(key)
        if owner is not None:
            with tenant(owner.organisation_id):
                for api_key in ApiKey.objects.filter(pk=owner.row_id):
                    revoke_api_key(api_key=api_key, actor=None)


def is_well_formed(key: str) -> bool:
    """Whether this can be a key at all: mistyped ones cost no query."""
    match = KEY_PATTERN.fullmatch(key)
    return match is not None and checksum(match[1]) == match[2]


def checksum(random_part: str) -> str:
    """CRC-32 as six letters and digits, by which scanners know a leaked key for ours."""
    number, digits = zlib.crc32(random_part.encode()), ""
    while len(digits) < CHECK_LENGTH:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
