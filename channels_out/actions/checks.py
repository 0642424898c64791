"""Whether a due message may leave now: consent, stop list, hours, budget, territory, switches."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from accounts.models import Organisation
from channels_out.enums import MessageState, Purpose
from channels_out.kinds.base import Capabilities, Provider
from channels_out.models import Channel
from contacts.enums import ADDRESS_KINDS
from contacts.queries.reach import (
    NO_ADDRESS,
    NO_CONSENT,
    OPEN_CASE,
    SUPPRESSED,
    Reach,
    reachability,
)
from contacts.queries.stop_list import stops, value_hash
from cxhub.lib import phones
from cxhub.lib.arrays import id_array
from cxhub.lib.hours import SendingHours, sending_hours

BREAKER = "breaker"
CHANNEL_OFF = "channel_off"
ORGANISATION_OFF = "organisation_suspended"
SIMULATOR_OFF = "simulator_off"
QUIET_HOURS = "quiet_hours"
FATIGUE = "fatigue"
TERRITORY = "territory"
ADDRESS_CHANGED = "address_changed"
EXPIRED = "expired"

# Written to whom no survey is asked of: no consent is needed, nor peace, but a refusal holds.
ASKS_NOTHING = (Purpose.REPLY, Purpose.TEST)
MAX_VALIDITY = 14_400
LOOK_AGAIN = timedelta(minutes=1)


class Candidate(NamedTuple):
    """A due message as the claim reads it; ids that only travel stay texts."""

    id: str
    channel_id: str
    body_id: str
    contact_id: str | None
    purpose: str
    to: str
    language: str
    slots: str
    sealed_slots: str
    attempts: int
    expires_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave, and is worth delivering for so many seconds."""

    valid_for: int


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not leave yet; costs no attempt."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """It will never leave."""

    state: MessageState
    reason: str


Verdict = Go | Wait | Refuse


def closed(
    organisation: Organisation, channel: Channel, provider: Provider, now: datetime
) -> Verdict | None:
    """What stops every message of the channel alike."""
    if provider.is_simulator and not settings.CXHUB_SIMULATOR:
        return Refuse(MessageState.SUPPRESSED, SIMULATOR_OFF)
    if organisation.is_suspended:
        return Wait(now + LOOK_AGAIN, ORGANISATION_OFF)
    if not channel.is_active:
        return Wait(now + LOOK_AGAIN, CHANNEL_OFF)
    return None


class Judge:
    """Everything that a chunk's verdicts need, read with a constant number of queries.

    Holds the customers' addresses until the transaction ends. What other claims may change
    meanwhile, how often each customer was asked, is read by `verdicts`.
    """

    def __init__(
        self,
        organisation: Organisation,
        channel: Channel,
        capabilities: Capabilities,
        candidates: Sequence[Candidate],
    ) -> None:
        self.organisation, self.channel, self.capabilities = organisation, channel, capabilities
        asked = list({c.contact_id for c in candidates if c.contact_id is not None})
        self.reach: dict[str, Reach] = (
            reachability(
                organisation,
                asked,
                channel_kind=channel.kind,
                purpose=Purpose.SURVEY,
                lock=True,
            )
            if asked
            else {}
        )
        self.stopped = _stopped(organisation, channel, candidates)
        self.asked_lately: Counter[str] = Counter()
        self.zones = _zones(organisation, asked) if capabilities.has_hours else {}

    def verdicts(self, candidates: Sequence[Candidate]) -> dict[str, Verdict]:
        """A verdict per message, with every customer's budget as it is now."""
        self.asked_lately = asked_lately(self.organisation, _surveyed(candidates))
        return {candidate.id: self._verdict(candidate) for candidate in candidates}

    def _verdict(self, candidate: Candidate) -> Verdict:
        """The first reason not to send, or for how long the message is worth delivering."""
        if candidate.expires_at <= candidate.now:
            return Refuse(MessageState.EXPIRED, EXPIRED)
        if reason := self._refusal(candidate):
            return Refuse(MessageState.SUPPRESSED, reason)
        ends = candidate.expires_at
        if self.capabilities.has_hours and candidate.purpose in (Purpose.SURVEY, Purpose.TEST):
            opens, closes = self._hours(candidate)
            if opens > candidate.now:
                # Nobody waits for a test until tomorrow.
                is_test = candidate.purpose == Purpose.TEST
                refused = Refuse(MessageState.SUPPRESSED, QUIET_HOURS)
                return refused if is_test else Wait(opens, QUIET_HOURS)
            ends = min(ends, closes)
        if candidate.purpose == Purpose.SURVEY and candidate.contact_id is not None:
            if self._is_tired(candidate.contact_id):
                return Refuse(MessageState.SUPPRESSED, FATIGUE)
            self.asked_lately[candidate.contact_id] += 1
        seconds = int((ends - candidate.now).total_seconds())
        return Go(max(1, min(MAX_VALIDITY, seconds)))

    def _refusal(self, candidate: Candidate) -> str:
        if candidate.purpose in (Purpose.ALERT, Purpose.NOTICE):
            return ""
        if candidate.to in self.stopped:
            return SUPPRESSED
        if refusal := self._contact_refusal(candidate):
            return refusal
        allowed = self.capabilities.territories
        return TERRITORY if allowed and phones.region_of(candidate.to) not in allowed else ""

    def _contact_refusal(self, candidate: Candidate) -> str:
        if candidate.contact_id is None:
            # A survey without its contact (erased meanwhile) has nobody's consent.
            return NO_CONSENT if candidate.purpose == Purpose.SURVEY else ""
        reach = self.reach.get(candidate.contact_id) or Reach("", NO_ADDRESS)
        concerns_surveys = reach.blocked in (NO_CONSENT, OPEN_CASE)
        if reach.blocked and not (concerns_surveys and candidate.purpose in ASKS_NOTHING):
            return reach.blocked
        return "" if reach.address == candidate.to else ADDRESS_CHANGED

    def _hours(self, candidate: Candidate) -> SendingHours:
        return sending_hours(
            candidate.now,
            zone=self.zones.get(candidate.contact_id, ""),
            home_zone=self.organisation.timezone,
            country=self.organisation.country,
        )

    def _is_tired(self, contact_id: str) -> bool:
        return self.asked_lately[contact_id] >= self.organisation.fatigue_per_contact


def _surveyed(candidates: Sequence[Candidate]) -> list[str]:
    return list({c.contact_id for c in candidates if c.contact_id and c.purpose == Purpose.SURVEY})


# The customers come in as rows, and the state is hidden, for the reason that claims has: of an
# organisation that has just begun to send, every message would be read for each chunk.
_ASKED_LATELY = """
WITH wanted AS MATERIALIZED (
    SELECT %s::uuid AS organisation_id, unnest(%s::uuid[]) AS contact_id
)
SELECT contact_id::text, count(*)
FROM wanted JOIN channels_out_message m USING (organisation_id, contact_id)
WHERE purpose = 'survey'
  AND state || '' IN ('sending', 'unknown', 'accepted', 'sent', 'delivered')
  AND claimed_at > statement_timestamp() - make_interval(days => %s)
GROUP BY contact_id
"""


def asked_lately(organisation: Organisation, contact_ids: Sequence[str]) -> Counter[str]:
    """How many surveys reached, or may still reach, each contact within the budget's days."""
    if not contact_ids:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            _ASKED_LATELY,
            [organisation.pk, id_array(contact_ids), organisation.fatigue_days],
        )
        return Counter(dict(cursor.fetchall()))


def _stopped(
    organisation: Organisation, channel: Channel, candidates: Sequence[Candidate]
) -> set[str]:
    """The addresses on the stop list among those that belong to no contact."""
    kind = ADDRESS_KINDS.get(channel.kind)
    loose = {c.to for c in candidates if c.contact_id is None and c.purpose in ASKS_NOTHING}
    if kind is None or not loose:
        return set()
    hashes = {value_hash(organisation, kind, address): address for address in loose}
    return {hashes[value] for value in stops(organisation, hashes)}


def _zones(organisation: Organisation, contact_ids: Sequence[str]) -> dict[str | None, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, timezone FROM contacts_contact "
            "WHERE organisation_id = %s AND id = ANY(%s::uuid[]) AND timezone <> ''",
            [organisation.pk, id_array(contact_ids)],
        )
        return dict(cursor.fetchall())
