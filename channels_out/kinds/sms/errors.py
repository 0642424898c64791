"""Twilio's error codes and what each means for a message."""

from dataclasses import dataclass

from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import DeliveryError

SLOW_DOWN_SECONDS = 60
UNREACHABLE_SECONDS = 4 * 3600


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code asks of us."""

    outcome: Outcome
    reason: FailureReason
    retry_after: int | None = None
    consumes_attempt: bool = True


_INVALID = Meaning(Outcome.FAILED, FailureReason.INVALID_ADDRESS)
_NOT_MOBILE = Meaning(Outcome.FAILED, FailureReason.NOT_SMS_CAPABLE)
_CREDENTIALS = Meaning(Outcome.BREAKER, FailureReason.CREDENTIALS)
_SUSPENDED = Meaning(Outcome.BREAKER, FailureReason.ACCOUNT_SUSPENDED)
_SENDER = Meaning(Outcome.BREAKER, FailureReason.SENDER_REFUSED)
_SLOWER = Meaning(Outcome.RETRY, FailureReason.RATE_LIMITED, SLOW_DOWN_SECONDS)
_AWAY = Meaning(Outcome.RETRY, FailureReason.UNREACHABLE, UNREACHABLE_SECONDS)
_BLOCKED = Meaning(Outcome.FAILED, FailureReason.BLOCKED)
_PROVIDER = Meaning(Outcome.FAILED, FailureReason.PROVIDER_ERROR)
# "Never processed and always safe to retry."
_TOO_MANY = Meaning(Outcome.RETRY, FailureReason.RATE_LIMITED, None, consumes_attempt=False)

MEANINGS: dict[int, Meaning] = {
    20003: _CREDENTIALS,
    20404: _CREDENTIALS,
    20005: _SUSPENDED,
    20429: _TOO_MANY,
    14107: _SLOWER,
    21211: _INVALID,
    21212: _SENDER,
    21408: Meaning(Outcome.FAILED, FailureReason.TERRITORY),
    21603: _SENDER,
    21606: Meaning(Outcome.FAILED, FailureReason.SENDER_REFUSED),
    21610: Meaning(Outcome.FAILED, FailureReason.OPTED_OUT),
    21611: _SLOWER,
    21612: _AWAY,
    21614: _NOT_MOBILE,
    21617: Meaning(Outcome.FAILED, FailureReason.TOO_LONG),
    21659: _SENDER,
    21660: _SENDER,
    30001: _SLOWER,
    30002: _SUSPENDED,
    30003: _AWAY,
    30004: _BLOCKED,
    30005: _INVALID,
    30006: _NOT_MOBILE,
    30007: _BLOCKED,
    30008: _PROVIDER,
    30022: _SLOWER,
    30410: _PROVIDER,
    63038: _SLOWER,
}
_REJECTED = Meaning(Outcome.FAILED, FailureReason.REJECTED)
_SERVER = Meaning(Outcome.UNKNOWN, FailureReason.PROVIDER_ERROR)
_UNREADABLE = Meaning(Outcome.UNKNOWN, FailureReason.BAD_REPLY)
_BY_STATUS = {401: _CREDENTIALS, 403: _SUSPENDED, 404: _CREDENTIALS, 429: _TOO_MANY}


def meaning(status: int, code: int) -> Meaning:
    """Return what an HTTP status and Twilio's code together mean."""
    if status >= 500:
        return _SERVER
    if code in MEANINGS:
        return MEANINGS[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return _REJECTED if 400 <= status < 500 else _UNREADABLE


def reason_for(code: str) -> FailureReason | None:
    """Return the reason behind the error code of a status callback."""
    if not code:
        return None
    known = MEANINGS.get(int(code)) if code.isdecimal() and len(code) < 9 else None
    return known.reason if known else FailureReason.REJECTED


def refused(status: int, code: int, text: str, retry_after: int | None) -> DeliveryError:
    """Return the error of an answer that is not a receipt."""
    found = meaning(status, code)
    return DeliveryError(
        text[:200],
        outcome=found.outcome,
        reason=found.reason,
        code=str(code or status),
        retry_after=retry_after if retry_after is not None else found.retry_after,
        consumes_attempt=found.consumes_attempt,
    )
