"""Encryption of secrets at rest (provider credentials, links in queued messages).

Each process seals with a key of its own, derived from the newest configured key and a salt that
travels with the text: whoever opens a batch sealed by one process derives its key once. AES-GCM
with a random nonce; a process takes another salt long before nonces could repeat.
"""

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache, lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_MARK = "g1."
_KEY_ID, _SALT, _NONCE = 4, 16, 12
_HEAD = _KEY_ID + _SALT
SEALS_PER_KEY = 1 << 20


class _Press:
    """The key this process seals with at present, and how often it was used."""

    def __init__(self) -> None:
        self.process = self.uses = 0
        self.master = self.head = b""
        self.cipher: AESGCM | None = None

    def seal(self, master: bytes, content: bytes) -> bytes:
        """Return head, nonce and what only the key opens."""
        cipher = self.cipher
        is_worn = self.uses >= SEALS_PER_KEY or self.process != os.getpid()
        if cipher is None or is_worn or self.master != master:
            self.head = _key_id(master) + os.urandom(_SALT)
            self.process, self.uses, self.master = os.getpid(), 0, master
            cipher = self.cipher = _cipher(master, self.head[_KEY_ID:])
        self.uses += 1
        nonce = os.urandom(_NONCE)
        return self.head + nonce + cipher.encrypt(nonce, content, None)


_press = _Press()


def seal(values: dict[str, Any]) -> str:
    """Encrypt a JSON object with the newest key."""
    sealed = _press.seal(_masters()[0], json.dumps(values).encode())
    return _MARK + urlsafe_b64encode(sealed).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Decrypt what `seal` made with any key of the ring; an empty text is an empty object."""
    if not sealed:
        return {}
    values: dict[str, Any] = json.loads(_opened(sealed))
    return values


def _opened(sealed: str) -> bytes:
    if not sealed.startswith(_MARK):
        return _ring().decrypt(sealed.encode())  # sealed before there were derived keys
    try:
        raw = urlsafe_b64decode(sealed[len(_MARK) :])
        cipher = _cipher_of(raw[:_HEAD])
        return cipher.decrypt(raw[_HEAD : _HEAD + _NONCE], raw[_HEAD + _NONCE :], None)
    except (InvalidTag, ValueError) as error:
        raise InvalidToken from error


@lru_cache(maxsize=256)
def _cipher_of(head: bytes) -> AESGCM:
    for master in _masters():
        if _key_id(master) == head[:_KEY_ID]:
            return _cipher(master, head[_KEY_ID:])
    raise InvalidToken


def _cipher(master: bytes, salt: bytes) -> AESGCM:
    return AESGCM(hmac.digest(master, b"seal:" + salt, "sha256"))


def _key_id(master: bytes) -> bytes:
    return hashlib.sha256(b"key-id:" + master).digest()[:_KEY_ID]


@cache
def _masters() -> list[bytes]:
    return [urlsafe_b64decode(key) for key in settings.FIELD_KEYS]


@cache
def _ring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
