"""Random tokens for links and keys: handed out once, stored as hashes."""

import hashlib
import secrets

LINK_BYTES = 16
KEY_BYTES = 32


def new_link_token() -> str:
    """128 random bits, base64url: the private part of a personal link."""
    return secrets.token_urlsafe(LINK_BYTES)


def token_hash(token: str) -> str:
    """SHA-256 of a token, 64 hexadecimal digits: what the database holds."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
