"""What a mail server's reply codes mean for a message."""

import re
from enum import Enum

from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import DeliveryError

GREYLIST_SECONDS = 300

# Enhanced status codes (RFC 3463), most telling first; then plain reply codes.
_ENHANCED = [
    (re.compile(r"\b5\.1\.[0-36]\b|\b5\.1\.10\b|\b5\.2\.1\b"), FailureReason.INVALID_ADDRESS),
    (re.compile(r"\b[45]\.2\.2\b"), FailureReason.MAILBOX_FULL),
    (
        re.compile(r"\b5\.7\.(8|9|1[34])\b|\b5\.5\.1\b.*auth", re.IGNORECASE),
        FailureReason.CREDENTIALS,
    ),
    (re.compile(r"\b5\.1\.[78]\b"), FailureReason.SENDER_REFUSED),
    (re.compile(r"\b5\.7\.\d+\b"), FailureReason.BLOCKED),
    (re.compile(r"\b5\.3\.4\b"), FailureReason.TOO_LONG),
]
_PLAIN = {
    530: FailureReason.CREDENTIALS,
    534: FailureReason.CREDENTIALS,
    535: FailureReason.CREDENTIALS,
    538: FailureReason.CREDENTIALS,
    550: FailureReason.INVALID_ADDRESS,
    551: FailureReason.INVALID_ADDRESS,
    552: FailureReason.MAILBOX_FULL,
    553: FailureReason.INVALID_ADDRESS,
    554: FailureReason.BLOCKED,
}
_ACCOUNT = frozenset({FailureReason.CREDENTIALS, FailureReason.SENDER_REFUSED})
_TEMPORARY = {
    421: FailureReason.NETWORK,
    450: FailureReason.UNREACHABLE,
    451: FailureReason.PROVIDER_ERROR,
    452: FailureReason.RATE_LIMITED,
}


class Stage(Enum):
    """How far a mail had come when the server replied."""

    GREETING = "greeting"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


def for_reply(code: int, message: str, stage: Stage) -> DeliveryError:
    """Return the error a refusal stands for."""
    text = " ".join(message.split())[:200]
    if 400 <= code < 500:
        return _for_now(code, text, stage)
    if code >= 500:
        return _for_good(code, text, stage)
    # Not a reply SMTP knows here. Before the content nothing can have left; after it, it may.
    outcome = Outcome.UNKNOWN if stage is Stage.CONTENT else Outcome.RETRY
    return DeliveryError(text, outcome=outcome, reason=FailureReason.BAD_REPLY, code=str(code))


def _for_now(code: int, text: str, stage: Stage) -> DeliveryError:
    return DeliveryError(
        text,
        outcome=Outcome.RETRY,
        reason=_reason(text) or _TEMPORARY.get(code, FailureReason.PROVIDER_ERROR),
        code=str(code),
        retry_after=GREYLIST_SECONDS if code in (450, 451) else None,
        stops_chunk=stage is Stage.GREETING,
    )


def _for_good(code: int, text: str, stage: Stage) -> DeliveryError:
    reason = _reason(text) or _PLAIN.get(code, FailureReason.REJECTED)
    if stage is Stage.SENDER and reason is not FailureReason.CREDENTIALS:
        # A 550 to MAIL FROM speaks of us: the recipient must not be blamed for it.
        reason = FailureReason.SENDER_REFUSED
    is_account = stage is Stage.GREETING or reason in _ACCOUNT
    return DeliveryError(
        text,
        outcome=Outcome.BREAKER if is_account else Outcome.FAILED,
        reason=reason,
        code=str(code),
    )


def _reason(text: str) -> FailureReason | None:
    return next((reason for pattern, reason in _ENHANCED if pattern.search(text)), None)
