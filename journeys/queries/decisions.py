"""Whom to ask and whom not, decided without writing anything."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Organisation
from contacts.enums import ConsentPurpose
from contacts.models import Contact
from contacts.queries.reach import OPEN_CASE, Reach, reachability
from cxhub.lib.hours import sending_hours
from journeys.enums import OutreachReason, OutreachState
from journeys.fatigue import Ask, Budget, Verdict, verdict
from journeys.models import Outreach
from surveys.models import Survey

ASKED = (OutreachState.SENT, OutreachState.ANSWERED)
PROMISED = (OutreachState.PLANNED, OutreachState.DEFERRED)


@dataclass(frozen=True)
class Proposal:
    """A survey to be asked on a kind of channel: from when on, and until when it makes sense.

    `channel_is_ready` is false without a configured sender; `has_hours` when it keeps hours.
    """

    survey: Survey
    channel_kind: str
    channel_is_ready: bool
    has_hours: bool
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Decision:
    """To ask one contact, later, or not at all, with the reason."""

    contact: Contact
    state: OutreachState
    reason: str = ""
    due_at: datetime | None = None
    free_at: datetime | None = None
    address: str = ""


def decisions(
    organisation: Organisation,
    contacts: Sequence[Contact],
    proposal: Proposal,
    *,
    now: datetime,
    settled: Collection[UUID] = (),
    lock: bool = False,
) -> list[Decision]:
    """One decision per contact, in order; the number of queries does not depend on how many.

    `settled` are outreaches being looked at once more when they are due: they are not held
    against themselves. With `lock`, addresses are held until the transaction ends.
    """
    if not proposal.survey.is_live:
        return [_no(contact, OutreachReason.SURVEY_NOT_LIVE) for contact in contacts]
    if not proposal.channel_is_ready:
        return [_no(contact, OutreachReason.NO_CHANNEL) for contact in contacts]
    ids = [contact.pk for contact in contacts]
    reach = reachability(
        organisation,
        ids,
        channel_kind=proposal.channel_kind,
        purpose=ConsentPurpose.SURVEY,
        lock=lock,
    )
    asks = _asks(organisation, ids, now, settled)
    budget = Budget(organisation.fatigue_days, organisation.fatigue_per_contact)
    return [
        _decide(
            organisation,
            contact,
            proposal,
            reach[contact.pk],
            verdict(
                asks[contact.pk],
                survey_id=proposal.survey.pk,
                now=max(now, proposal.due_at),
                budget=budget,
            ),
            now,
        )
        for contact in contacts
    ]


def _decide(
    organisation: Organisation,
    contact: Contact,
    proposal: Proposal,
    reach: Reach,
    tired: Verdict,
    now: datetime,
) -> Decision:
    at = max(now, proposal.due_at)
    if reach.blocked and reach.blocked != OPEN_CASE:
        return _no(contact, reach.blocked)
    if at > proposal.expires_at:
        return _no(contact, OutreachReason.EXPIRED)
    if reach.blocked and not _may_be_over(reach, at, now):
        tired = Verdict(OPEN_CASE, reach.free_at)
    if tired.reason:
        return _tired(contact, proposal, reach, tired)
    if proposal.has_hours:
        opens, _closes = sending_hours(
            at,
            zone=contact.timezone,
            home_zone=organisation.timezone,
            country=organisation.country,
        )
        if opens > proposal.expires_at:
            return _no(contact, OutreachReason.QUIET_HOURS)
        if opens > at:
            return _later(contact, reach, OutreachReason.QUIET_HOURS, opens)
    return Decision(contact, OutreachState.PLANNED, due_at=proposal.due_at, address=reach.address)


def _may_be_over(reach: Reach, at: datetime, now: datetime) -> bool:
    """Whether a case may be no reason any more when the question is due: then one looks again."""
    return at > now if reach.free_at is None else at >= reach.free_at


def _tired(contact: Contact, proposal: Proposal, reach: Reach, tired: Verdict) -> Decision:
    """Later where later still makes sense, else not at all."""
    if tired.free_at is not None and tired.free_at <= proposal.expires_at:
        return _later(contact, reach, tired.reason, tired.free_at)
    return Decision(contact, OutreachState.SUPPRESSED, tired.reason, free_at=tired.free_at)


def _no(contact: Contact, reason: str) -> Decision:
    return Decision(contact, OutreachState.SUPPRESSED, str(reason))


def _later(contact: Contact, reach: Reach, reason: str, at: datetime) -> Decision:
    return Decision(
        contact, OutreachState.DEFERRED, str(reason), due_at=at, free_at=at, address=reach.address
    )


def _asks(
    organisation: Organisation,
    contact_ids: Sequence[UUID],
    now: datetime,
    settled: Collection[UUID],
) -> Mapping[UUID, list[Ask]]:
    """What each contact was asked within the window, and is promised to be.

    An outreach that is due was promised before those planned later, so then only what was
    really sent counts.
    """
    states = ASKED if settled else (*ASKED, *PROMISED)
    rows = (
        Outreach.objects.within(organisation)
        .filter(contact_id__in=contact_ids, state__in=states)
        .filter(due_at__gt=now - timedelta(days=organisation.fatigue_days))
        .exclude(pk__in=settled)
        .values_list("contact_id", "survey_id", "due_at")
    )
    asks: dict[UUID, list[Ask]] = defaultdict(list)
    for contact_id, survey_id, at in rows:
        asks[contact_id].append(Ask(survey_id, at))
    return asks
