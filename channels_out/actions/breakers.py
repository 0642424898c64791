"""The breaker of a channel's provider account: open while it refuses or fails us."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from channels_out.enums import FailureReason, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Receipt
from channels_out.models import Channel

WINDOW = timedelta(seconds=60)
FEWEST_CALLS = 20
OPEN_FOR = timedelta(seconds=30)

_COUNT = """
UPDATE channels_out_channel c
SET window_at = CASE WHEN fresh THEN c.window_at ELSE statement_timestamp() END,
    window_calls = calls, window_errors = errors,
    breaker_open_until = CASE
        WHEN %(refused)s OR (calls >= %(fewest)s AND errors * 2 >= calls)
        THEN statement_timestamp() + %(open_for)s
        WHEN %(worked)s THEN NULL ELSE c.breaker_open_until END,
    breaker_reason = CASE
        WHEN %(refused)s OR (calls >= %(fewest)s AND errors * 2 >= calls) THEN %(reason)s
        WHEN %(worked)s THEN '' ELSE c.breaker_reason END
FROM (
    SELECT fresh, CASE WHEN fresh THEN window_calls ELSE 0 END + %(calls)s AS calls,
           CASE WHEN fresh THEN window_errors ELSE 0 END + %(errors)s AS errors
    FROM (
        SELECT window_calls, window_errors,
               breaker_open_until IS NULL
               AND coalesce(window_at > statement_timestamp() - %(window)s, false) AS fresh
        FROM channels_out_channel WHERE organisation_id = %(organisation)s AND id = %(channel)s
        FOR NO KEY UPDATE
    ) AS before
) AS counted
WHERE c.organisation_id = %(organisation)s AND c.id = %(channel)s
RETURNING c.breaker_open_until IS NULL
"""

# What the breaker held back goes on at once when a probe came through.
_RELEASE = """
UPDATE channels_out_message
SET next_attempt_at = statement_timestamp(), ring_after = statement_timestamp(), reason = ''
WHERE organisation_id = %s AND channel_id = %s AND state IN ('queued', 'retry_wait')
  AND sent_at IS NULL AND settled_at IS NULL AND reason = 'breaker'
"""


def count_calls(channel: Channel, attempts: Sequence[Attempt]) -> None:
    """Count a chunk's calls; half of them failing, or the account refused, opens the breaker."""
    refusal = next((a for a in attempts if _is_refusal(a)), None)
    errors = [attempt for attempt in attempts if _is_error(attempt)]
    worked = sum(1 for attempt in attempts if _has_worked(attempt))
    was_healthy = channel.breaker_open_until is None and not channel.window_errors
    if was_healthy and not errors and refusal is None:
        return  # a healthy channel stays unwritten: one hot row less per chunk
    blamed = refusal or (errors[-1] if errors else None)
    with connection.cursor() as cursor:
        figures: dict[str, Any] = {
            "refused": refusal is not None,
            "worked": worked > 0,
            "reason": str(blamed.reason) if isinstance(blamed, DeliveryError) else "",
            "calls": worked + len(errors),
            "errors": len(errors),
            "fewest": FEWEST_CALLS,
            "open_for": OPEN_FOR,
            "window": WINDOW,
            "organisation": channel.organisation_id,
            "channel": channel.pk,
        }
        cursor.execute(_COUNT, figures)
        row = cursor.fetchone()
    if channel.breaker_open_until is not None and row is not None and row[0]:
        release(channel)


def release(channel: Channel) -> None:
    """Make what the breaker held back due at once."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [channel.organisation_id, channel.pk])


def _is_refusal(attempt: Attempt) -> bool:
    return isinstance(attempt, DeliveryError) and attempt.outcome == Outcome.BREAKER


def _is_error(attempt: Attempt) -> bool:
    """Whether the provider was asked and failed; being told to slow down is not a failure."""
    return (
        isinstance(attempt, DeliveryError)
        and attempt.outcome in (Outcome.RETRY, Outcome.UNKNOWN)
        and attempt.consumes_attempt
        and attempt.reason != FailureReason.RATE_LIMITED
    )


def _has_worked(attempt: Attempt) -> bool:
    """Whether the account itself works, whatever became of this message."""
    return isinstance(attempt, Receipt) or attempt.outcome == Outcome.FAILED
