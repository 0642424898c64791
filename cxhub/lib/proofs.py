"""Work that a client proves: very many hashes for the client, one for us, nothing kept.

A challenge is signed for what it is about, and expires. Its proof is the challenge and a number:
SHA-256 of the challenge, filled up with dots to 64 characters, followed by the number, begins
with `PROOF_BITS` zero bits.
"""

import hashlib
import re

from django.conf import settings
from django.core import signing

SALT = "cxhub.proof"
AGE = 600  # seconds that a challenge may be answered
FILLED = 64  # characters: a block of SHA-256, which a client has to hash once only
PROOF = re.compile(r"([0-9A-Za-z]{1,12}:[\w-]{43}):(\d{1,12})", re.ASCII)


def challenge(*about: str) -> str:
    """A new challenge about this; no part holds a colon."""
    subject = ":".join(about)
    signed = signing.TimestampSigner(salt=SALT).sign(subject)
    return signed[len(subject) + 1 :]


def is_proof(proof: str, *about: str) -> bool:
    """Whether this proves work on a challenge of ours about this, lately."""
    found = PROOF.fullmatch(proof)
    if found is None or not is_work(found[1], found[2]):
        return False
    try:
        signing.TimestampSigner(salt=SALT).unsign(":".join((*about, found[1])), max_age=AGE)
    except signing.BadSignature:
        return False
    return True


def is_work(text: str, number: str) -> bool:
    """Whether the hash of both begins with enough zero bits."""
    digest = hashlib.sha256(f"{text:.<{FILLED}}{number}".encode()).digest()
    return not int.from_bytes(digest[:4]) >> 32 - settings.PROOF_BITS
