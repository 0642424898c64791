"""Encryption of secrets at rest (provider credentials, links in queued messages)."""

import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(values: dict[str, Any]) -> str:
    """Encrypt a JSON object with the newest key."""
    return _ring().encrypt(json.dumps(values).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Decrypt what `seal` made with any key of the ring; an empty text is an empty object."""
    if not sealed:
        return {}
    values: dict[str, Any] = json.loads(_ring().decrypt(sealed.encode()))
    return values


@cache
def _ring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
