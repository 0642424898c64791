"""How many mails: the first few leave at once, a storm becomes a summary that lists everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

AT_ONCE = 5
WINDOW = timedelta(minutes=10)
BETWEEN_DIGESTS = timedelta(minutes=5)
PER_DIGEST = 100


@dataclass(frozen=True)
class Due:
    """A notification that may leave now; `is_grouped` when it has waited to share a mail."""

    id: UUID
    response_id: UUID
    is_grouped: bool


@dataclass(frozen=True)
class Mailed:
    """A mail that one member was sent within the window."""

    at: datetime
    is_digest: bool


@dataclass(frozen=True)
class Plan:
    """Which notifications share a mail, and which wait until when."""

    singles: Sequence[Sequence[UUID]]
    digests: Sequence[Sequence[UUID]]
    waiting: Sequence[UUID]
    wait_until: datetime


def plan_mails(due: Sequence[Due], mailed: Sequence[Mailed], now: datetime) -> Plan:
    """Share out one member's notifications; each stands in exactly one place of the plan.

    Rules that found the same response share a mail. Up to five such mails leave within ten
    minutes; what comes on top waits for a summary, five minutes after the member's last
    mail. Whatever has waited leaves with it, so nothing waits twice.
    """
    recent = [mail for mail in mailed if mail.at > now - WINDOW]
    waited = _by_response([one for one in due if one.is_grouped])
    fresh = _by_response([one for one in due if not one.is_grouped])
    allowed = max(0, AT_ONCE - sum(not mail.is_digest for mail in recent))
    at_once, late = fresh[:allowed], fresh[allowed:]
    last = max((mail.at for mail in recent), default=now)
    leaving = now if waited or at_once else last
    digests = [waited[start : start + PER_DIGEST] for start in range(0, len(waited), PER_DIGEST)]
    return Plan(
        singles=at_once,
        digests=[[pk for group in digest for pk in group] for digest in digests],
        waiting=[pk for group in late for pk in group],
        wait_until=max(leaving + BETWEEN_DIGESTS, now + timedelta(seconds=1)),
    )


def _by_response(due: Sequence[Due]) -> list[list[UUID]]:
    """Notifications about the same response together, in the order in which they came."""
    places: dict[UUID, int] = {}
    for one in due:
        places.setdefault(one.response_id, len(places))
    ordered = sorted(due, key=lambda one: places[one.response_id])
    return [
        [one.id for one in group] for _, group in groupby(ordered, key=lambda one: one.response_id)
    ]
