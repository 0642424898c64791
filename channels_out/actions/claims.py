"""Claiming messages: the last look before the provider, in one transaction of its own."""

import time
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection

from accounts.models import Organisation
from channels_out.actions import checks
from channels_out.actions.configuration import config_of, provider_of
from channels_out.actions.pacing import Pace, reserve
from channels_out.enums import Purpose
from channels_out.kinds.base import Config, Provider
from channels_out.models import Channel
from channels_out.queries.wordings import Wording, wording_of
from cxhub.lib.arrays import array, id_array
from cxhub.lib.locks import take_turn
from cxhub.lib.tenancy import tenant

LEASE = timedelta(seconds=120)
PROBE_EVERY = timedelta(seconds=30)


class Claimed(NamedTuple):
    """A message that this process, and no other, may hand to the provider now."""

    id: str
    body_id: str
    contact_id: str | None
    purpose: str
    to: str
    language: str
    slots: str
    sealed_slots: str
    attempts: int
    valid_for: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages of one channel, held with one token until the lease ends.

    `started` is monotonic and taken before the transaction: a process that was frozen since
    then must notice by itself that its claim is old. With the messages come their wordings, so
    that nothing has to be read between the claim and the provider.
    """

    organisation_id: UUID
    channel: Channel
    provider: Provider
    config: Config
    token: UUID
    started: float
    claimed_at: datetime
    messages: Sequence[Claimed]
    wordings: Mapping[str, Wording]
    pace: Pace | None


def claim_messages(*, organisation_id: UUID, message_ids: Sequence[str]) -> list[Claim]:
    """Claim what may be sent now, per channel; the rest is refused or waits, with its reason."""
    started = time.monotonic()
    with tenant(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        by_channel: dict[str, list[checks.Candidate]] = {}
        for candidate in _candidates(organisation_id, message_ids):
            by_channel.setdefault(candidate.channel_id, []).append(candidate)
        hearings = [
            _Hearing(organisation, channel, by_channel[str(channel.pk)])
            for channel in Channel.objects.within(organisation).filter(pk__in=by_channel)
        ]
        waiting = _take_turn(organisation_id, by_channel.values())
        claims = [hearing.claim(waiting, started) for hearing in hearings]
    return [claim for claim in claims if claim.messages]


class _Hearing:
    """The candidates of one channel, with what their verdicts need."""

    def __init__(
        self, organisation: Organisation, channel: Channel, candidates: list[checks.Candidate]
    ) -> None:
        self._organisation, self._channel = organisation, channel
        self._candidates = candidates
        bodies = {candidate.body_id for candidate in candidates}
        self._wordings = {pk: wording_of(organisation.pk, pk) for pk in bodies}
        self._provider, self._config = provider_of(channel), config_of(channel)
        self._capabilities = self._provider.sender.capabilities(self._config)
        now = candidates[0].now
        self._closed = checks.closed(organisation, channel, self._provider, now)
        self._judge = (
            None
            if self._closed
            else checks.Judge(organisation, channel, self._capabilities, candidates)
        )

    def claim(self, waiting: Set[str], started: float) -> Claim:
        """Judge those that still wait, and take those that may go."""
        channel, organisation_id = self._channel, self._organisation.pk
        candidates = [c for c in self._candidates if c.id in waiting]
        verdicts = self._verdicts(candidates)
        ready = [c for c in candidates if isinstance(verdicts[c.id], checks.Go)]
        pace: Pace | None = None
        if ready and channel.breaker_open_until is not None:
            ready = _probe(channel, ready, verdicts)
        if ready and self._capabilities.rate_per_second:
            ready, pace = reserve(channel, self._capabilities.rate_per_second, ready, verdicts)
        token = uuid4()
        taken = _take(organisation_id, token, [c.id for c in ready])
        _put_back(organisation_id, verdicts)
        return Claim(
            organisation_id=organisation_id,
            channel=channel,
            provider=self._provider,
            config=self._config,
            token=token,
            started=started,
            claimed_at=self._candidates[0].now,
            messages=[_claimed(c, verdicts[c.id]) for c in ready if c.id in taken],
            wordings=self._wordings,
            pace=pace,
        )

    def _verdicts(self, candidates: Sequence[checks.Candidate]) -> dict[str, checks.Verdict]:
        if self._closed is not None:
            return {candidate.id: self._closed for candidate in candidates}
        return self._judge.verdicts(candidates) if self._judge else {}


# The keys are looked up one by one, whatever the statistics say: for an organisation that has
# just begun to send, the planner believes that its rows, or its rows in a waiting state, are
# hardly any, and would read a fresh batch of ten thousand again for each key. So the
# organisation comes in with the keys, as a column, and the state is hidden by `|| ''`.
_WANTED = """
WITH wanted AS MATERIALIZED (SELECT %s::uuid AS organisation_id, unnest(%s::uuid[]) AS id)
"""

_STILL_WAITING = f"""
{_WANTED}
SELECT m.id::text FROM wanted JOIN channels_out_message m USING (organisation_id, id)
WHERE state || '' IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp()
"""

_CANDIDATES = f"""
{_WANTED}
SELECT m.id::text, channel_id::text, body_id::text, contact_id::text, purpose, "to", language,
       slots::text, sealed_slots, attempts, expires_at, statement_timestamp()
FROM wanted JOIN channels_out_message m USING (organisation_id, id)
WHERE state || '' IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp()
ORDER BY m.id
"""

# Rows somebody else is just claiming are his: skipped, not waited for.
_TAKE = f"""
{_WANTED}, mine AS MATERIALIZED (
    SELECT m.organisation_id, m.id
    FROM wanted JOIN channels_out_message m USING (organisation_id, id)
    WHERE state || '' IN ('queued', 'retry_wait') AND next_attempt_at <= statement_timestamp()
      AND statement_timestamp() < expires_at
    ORDER BY m.id FOR NO KEY UPDATE OF m SKIP LOCKED
)
UPDATE channels_out_message m
SET state = 'sending', attempts = attempts + 1, claim_token = %s, reason = '',
    claimed_at = statement_timestamp(), lease_until = statement_timestamp() + %s
FROM mine WHERE m.organisation_id = mine.organisation_id AND m.id = mine.id
RETURNING m.id::text
"""

_PUT_BACK = """
WITH v AS MATERIALIZED (
    SELECT %s::uuid AS organisation_id, unnest(%s::uuid[]) AS id, unnest(%s::text[]) AS state,
           unnest(%s::text[]) AS reason, unnest(%s::timestamptz[]) AS until
)
UPDATE channels_out_message m
SET state = coalesce(v.state, m.state), reason = v.reason,
    next_attempt_at = coalesce(v.until, m.next_attempt_at),
    ring_after = coalesce(v.until, m.ring_after),
    settled_at = CASE WHEN v.state IS NULL THEN m.settled_at ELSE statement_timestamp() END,
    sealed_slots = CASE WHEN v.state IS NULL THEN m.sealed_slots ELSE '' END
FROM v
WHERE m.organisation_id = v.organisation_id AND m.id = v.id
  AND m.state || '' IN ('queued', 'retry_wait')
"""


def _candidates(organisation_id: UUID, message_ids: Sequence[str]) -> list[checks.Candidate]:
    """What is due, unlocked: addresses are locked before messages, as STOP does it."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [organisation_id, id_array(message_ids)])
        return [checks.Candidate(*row) for row in cursor.fetchall()]


def _take_turn(organisation_id: UUID, candidates: Iterable[Sequence[checks.Candidate]]) -> Set[str]:
    """The candidates that still wait once it is our turn.

    Two claims that each see one free place in a customer's budget must not both take it: surveys
    of one organisation are judged and taken one chunk after the other. With many workers in line
    the wait is longer than other locks are worth.
    """
    every = [candidate for some in candidates for candidate in some]
    ids = [candidate.id for candidate in every]
    if not any(candidate.purpose == Purpose.SURVEY for candidate in every):
        return set(ids)
    take_turn(f"claim {organisation_id}", patience="20s")
    with connection.cursor() as cursor:
        cursor.execute(_STILL_WAITING, [organisation_id, id_array(ids)])
        return {row[0] for row in cursor.fetchall()}


def _take(organisation_id: UUID, token: UUID, ids: list[str]) -> set[str]:
    if not ids:
        return set()
    with connection.cursor() as cursor:
        values: list[Any] = [organisation_id, id_array(ids), token, LEASE]
        cursor.execute(_TAKE, values)
        return {row[0] for row in cursor.fetchall()}


def _put_back(organisation_id: UUID, verdicts: Mapping[str, checks.Verdict]) -> None:
    """Write down why messages were not claimed: refused for good, or waiting."""
    states: list[tuple[str, str | None, str, datetime | None]] = []
    for pk, verdict in verdicts.items():
        if isinstance(verdict, checks.Refuse):
            states.append((pk, verdict.state, verdict.reason, None))
        elif isinstance(verdict, checks.Wait):
            states.append((pk, None, verdict.reason, verdict.until))
    if states:
        columns = [array(column) for column in zip(*states, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_PUT_BACK, [organisation_id, *columns])


def _probe(
    channel: Channel, ready: list[checks.Candidate], verdicts: dict[str, checks.Verdict]
) -> list[checks.Candidate]:
    """While the breaker is open one message every 30 seconds tries the account; the rest waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE channels_out_channel "
            "SET breaker_open_until = statement_timestamp() + %s::interval "
            "WHERE organisation_id = %s AND id = %s "
            "AND breaker_open_until <= statement_timestamp() RETURNING 1",
            [str(PROBE_EVERY), channel.organisation_id, channel.pk],
        )
        is_ours = cursor.fetchone() is not None
    probe = ready[:1] if is_ours else []
    until = max(channel.breaker_open_until or ready[0].now, ready[0].now) + timedelta(seconds=1)
    for candidate in ready[len(probe) :]:
        again = ready[0].now + PROBE_EVERY if is_ours else until
        verdicts[candidate.id] = checks.Wait(again, checks.BREAKER)
    return probe


def _claimed(candidate: checks.Candidate, verdict: checks.Verdict) -> Claimed:
    return Claimed(
        id=candidate.id,
        body_id=candidate.body_id,
        contact_id=candidate.contact_id,
        purpose=candidate.purpose,
        to=candidate.to,
        language=candidate.language,
        slots=candidate.slots,
        sealed_slots=candidate.sealed_slots,
        attempts=candidate.attempts + 1,
        valid_for=verdict.valid_for if isinstance(verdict, checks.Go) else 0,
    )
