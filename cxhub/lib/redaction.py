"""Keeps secrets and people out of the logs: links, keys, addresses, phone numbers.

An address or a number becomes a short keyed digest: two lines about the same customer can be
found together, yet nobody can be found from a line.
"""

import logging
import re
import traceback
from collections.abc import Mapping

from django.utils.crypto import salted_hmac

DOTS = "•••"
DIGEST_LENGTH = 8
DEEPEST = 4

# The secret part of an address: personal links, password links, tickets of the live stream.
SECRETS = (
    (re.compile(r"(/(?:r|u|me)/)[^/\s?\"'<>]+"), rf"\1{DOTS}"),
    (re.compile(r"(/reset/key/[0-9A-Za-z]+-)[^/\s?\"'<>]+"), rf"\1{DOTS}"),
    (re.compile(r"(/join/[-\w]+/)[^/\s?\"'<>]+"), rf"\1{DOTS}"),
    (re.compile(r"(/confirm-email/)[^/\s?\"'<>]+"), rf"\1{DOTS}"),
    (re.compile(r"((?:ticket|token|cursor|signature)=)[^&\s\"'<>]+", re.IGNORECASE), rf"\1{DOTS}"),
    (re.compile(r"cxh_[A-Za-z]+_[A-Za-z0-9_%-]+"), f"cxh_{DOTS}"),
    (re.compile(r"(\b(?:bearer|basic) )[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE), rf"\1{DOTS}"),
)
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# International with its plus (or %2B or 00), or French as people write it.
PHONE = re.compile(
    r"(?:\+|%2B|(?<![\w.-])00)[1-9](?:[ .()-]{0,2}\d){7,14}(?!\w)"
    r"|(?<![\w.-])0[1-9](?:[ .-]?\d{2}){4}(?![\w-])",
    re.IGNORECASE,
)
OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def redact(text: str) -> str:
    """The text without secrets, addresses and phone numbers."""
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    text = EMAIL.sub(lambda match: _digest("email", match[0]), text)
    return PHONE.sub(lambda match: _digest("phone", match[0]), text)


def _digest(kind: str, value: str) -> str:
    plain = re.sub(r"%40", "@", value.lower())
    if kind == "phone":
        plain = re.sub(r"\D", "", re.sub(r"%2b", "", plain))
    return f"{kind}:{salted_hmac('redaction', plain).hexdigest()[:DIGEST_LENGTH]}"


def redact_value(value: object, depth: int = 0) -> object:
    """The same for anything that a log line may carry."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping) and depth < DEEPEST:
        return {redact(str(key)): redact_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < DEEPEST:
        return [redact_value(item, depth + 1) for item in value]
    return redact(str(value))


class TokenFilter(logging.Filter):
    """Redacts each record's message, extra fields and traceback, in place."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        fields = vars(record)
        for name in fields.keys() - OWN:
            fields[name] = redact_value(fields[name])
        if record.exc_info and record.exc_info[1] is not None:
            # As text, because it quotes values: `Key (…)=(…) already exists`.
            lines = traceback.format_exception(record.exc_info[1])
            record.exc_info = record.exc_text = None
            fields["exception"] = redact("".join(lines))
        return True
