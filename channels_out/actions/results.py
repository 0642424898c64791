"""Recording what became of a claim: one fenced update, evidence, facts, the breaker."""

import random
import time
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from channels_out.actions.breakers import count_calls
from channels_out.actions.claims import Claim, Claimed
from channels_out.actions.facts import Settled, announce
from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.kinds.base import Attempt, DeliveryError, Receipt
from cxhub.lib.arrays import array, id_array, text_array
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant

WAITS = (30, 120, 600, 1800, 7200)
MAX_ATTEMPTS = len(WAITS)
JITTER = 0.2

_LEFT = frozenset({MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED})


class Result(NamedTuple):
    """What one attempt makes of its message; `taken_at` is when the provider took it."""

    id: str
    state: MessageState
    reason: str = ""
    code: str = ""
    provider_id: str = ""
    wait: float = 0.0
    gives_back: int = 0
    note: str = ""
    taken_at: float = 0.0


def record_attempts(claim: Claim, attempts: Sequence[Attempt]) -> None:
    """Write down a chunk's attempts; whatever the claim no longer holds is kept as evidence."""
    pairs = list(zip(claim.messages, attempts, strict=True))
    results = [result_of(message, attempt) for message, attempt in pairs]
    with tenant(claim.organisation_id):
        moved = _apply(claim, results)
        _keep_evidence(claim, results, moved)
        contacts = {message.id: message for message in claim.messages}
        announce(
            claim.organisation_id,
            claim.channel.kind,
            [
                Settled(r.id, contacts[r.id].contact_id, r.state, r.reason, contacts[r.id].to)
                for r in results
                if r.id in moved and r.state.is_terminal
            ],
        )
        count_calls(claim.channel, attempts)


def result_of(message: Claimed, attempt: Attempt) -> Result:
    """What the attempt means by the table of states: retried, failed, unknown, or on its way."""
    if isinstance(attempt, Receipt):
        state = MessageState(attempt.state)
        return Result(
            message.id,
            state,
            provider_id=attempt.provider_id,
            note=attempt.detail,
            taken_at=attempt.at,
        )
    reason, code, note = str(attempt.reason), attempt.code[:20], str(attempt)[:200]
    if attempt.outcome in (Outcome.RETRY, Outcome.BREAKER):
        gives_back = 0 if attempt.consumes_attempt else 1
        if attempt.consumes_attempt and message.attempts >= MAX_ATTEMPTS:
            return Result(message.id, MessageState.FAILED, reason, code, note=note)
        wait = _wait(message.attempts - gives_back, attempt)
        return Result(
            message.id,
            MessageState.RETRY_WAIT,
            "breaker" if attempt.outcome == Outcome.BREAKER else reason,
            code,
            wait=wait,
            gives_back=gives_back,
            note=note,
        )
    state = MessageState.FAILED if attempt.outcome == Outcome.FAILED else MessageState.UNKNOWN
    return Result(message.id, state, reason, code, note=note)


def _wait(attempts: int, error: DeliveryError) -> float:
    """Seconds until the next try, spread so that a crowd does not come back together."""
    if error.reason == FailureReason.LATE:
        return 0.0
    wait = float(WAITS[min(max(attempts, 1), MAX_ATTEMPTS) - 1])
    wait = max(wait if error.consumes_attempt else WAITS[0] / 3, float(error.retry_after or 0))
    return wait * random.uniform(1 - JITTER, 1 + JITTER)


# See claims for why the organisation comes in as a column and the state is hidden. A message left
# when the provider took it, however long the rest of its chunk needed; so long ago on this
# process's clock is so long ago on the database's.
_APPLY = """
WITH r AS MATERIALIZED (
    SELECT %s::uuid AS organisation_id, unnest(%s::uuid[]) AS id, unnest(%s::text[]) AS state,
           unnest(%s::text[]) AS reason, unnest(%s::text[]) AS code,
           unnest(%s::text[]) AS provider_id, unnest(%s::float8[]) AS wait,
           unnest(%s::int[]) AS gives_back,
           statement_timestamp() - unnest(%s::float8[]) * interval '1 second' AS taken_at
)
UPDATE channels_out_message m
SET state = CASE WHEN r.state = 'retry_wait' AND m.recalled <> '' THEN m.recalled ELSE r.state END,
    recalled = CASE WHEN r.state = 'unknown' THEN m.recalled ELSE '' END,
    reason = r.reason, error_code = r.code,
    provider_id = CASE WHEN r.provider_id = '' THEN m.provider_id ELSE r.provider_id END,
    attempts = m.attempts - r.gives_back,
    next_attempt_at = CASE WHEN r.state = 'retry_wait'
        THEN statement_timestamp() + r.wait * interval '1 second' ELSE m.next_attempt_at END,
    ring_after = CASE WHEN r.state = 'retry_wait'
        THEN statement_timestamp() + r.wait * interval '1 second' ELSE m.ring_after END,
    lease_until = CASE WHEN r.state = 'unknown' THEN m.lease_until END,
    sent_at = CASE WHEN r.state IN ('accepted', 'sent', 'delivered') THEN r.taken_at END,
    settled_at = CASE WHEN r.state = 'delivered' THEN r.taken_at
        WHEN r.state IN ('undelivered', 'failed')
        OR r.state = 'retry_wait' AND m.recalled = 'cancelled' THEN statement_timestamp() END,
    sealed_slots = CASE WHEN r.state = 'unknown'
        OR r.state = 'retry_wait' AND m.recalled <> 'cancelled' THEN m.sealed_slots ELSE '' END
FROM r
WHERE m.organisation_id = r.organisation_id AND m.id = r.id
  AND m.claim_token = %s AND m.state || '' = 'sending'
RETURNING m.id::text
"""

_EVIDENCE = """
INSERT INTO channels_out_messageevent
    (id, organisation_id, message_id, status, provider_id, provider_event_id, error_code, note,
     created_at)
SELECT e.id, %s, e.message_id, e.status, e.provider_id, e.attempt, e.code, e.note,
       statement_timestamp()
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS e(id, message_id, status, provider_id, attempt, code, note)
ON CONFLICT DO NOTHING
"""


def _apply(claim: Claim, results: Sequence[Result]) -> set[str]:
    """Move the rows that the claim still holds; a provider id that is taken spoils its row only."""
    try:
        with transaction.atomic():
            return _update(claim, results)
    except IntegrityError:
        if len(results) == 1:
            taken = results[0]
            return _update(
                claim, [Result(taken.id, MessageState.UNKNOWN, "sid_conflict", note=taken.note)]
            )
        return {pk for result in results for pk in _apply(claim, [result])}


def _update(claim: Claim, results: Sequence[Result]) -> set[str]:
    now = time.monotonic()
    columns = [
        id_array(r.id for r in results),
        text_array(r.state for r in results),
        text_array(r.reason for r in results),
        text_array(r.code for r in results),
        text_array(r.provider_id for r in results),
        array(r.wait for r in results),
        array(r.gives_back for r in results),
        array(now - r.taken_at if r.taken_at else 0.0 for r in results),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, [claim.organisation_id, *columns, claim.token])
        return {row[0] for row in cursor.fetchall()}


def _keep_evidence(claim: Claim, results: Sequence[Result], moved: set[str]) -> None:
    """An event per attempt that did not simply succeed: the message itself tells that.

    Those that came too late to move their message say so: their provider id may be the only
    trace of a message that was sent.
    """
    results = [r for r in results if r.id not in moved or r.state not in _LEFT]
    if not results:
        return
    attempts = {message.id: message.attempts for message in claim.messages}
    columns = [
        id_array(uuid7() for _ in results),
        id_array(r.id for r in results),
        text_array(r.state for r in results),
        text_array(r.provider_id for r in results),
        text_array(f"attempt-{attempts[r.id]}-{claim.token.hex[:8]}" for r in results),
        text_array(r.code for r in results),
        text_array((r.note if r.id in moved else f"fenced {r.note}")[:200] for r in results),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_EVIDENCE, [claim.organisation_id, *columns])
