"""Deciding to ask: the one action behind sends and journeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from channels_out.actions.configuration import capabilities
from channels_out.models import Channel
from channels_out.queries.channels import default_channel
from contacts.models import Contact
from cxhub.lib.jobs import enqueue
from journeys.enums import OutreachState
from journeys.models import JourneyEvent, JourneyRun, Outreach, Send, Touchpoint
from journeys.queries.decisions import Decision, Proposal, decisions
from surveys.models import Survey

# How long a question stays worth asking after it was due.
FRESH_FOR = timedelta(hours=72)


@dataclass(frozen=True)
class Source:
    """What made us think of asking: a send, or an event at a touchpoint."""

    send: Send | None = None
    journey_run: JourneyRun | None = None
    journey_event: JourneyEvent | None = None
    touchpoint: Touchpoint | None = None


@transaction.atomic
def plan_outreach(
    *,
    organisation: Organisation,
    survey: Survey,
    channel_kind: str,
    contacts: Sequence[Contact],
    source: Source,
    due_at: datetime | None = None,
) -> list[Outreach]:
    """Write one decision per contact: planned, later, or not at all with its reason.

    Contacts are held while their budget is counted, so that two plans at once cannot both
    take the last place in it. Rings for what is due.
    """
    now = timezone.now()
    _hold(organisation, contacts)
    plan = propose(organisation, survey, channel_kind, due_at or now)
    made = decisions(organisation, contacts, plan, now=now)
    rows = Outreach.objects.bulk_create(
        [_outreach(organisation, plan, decision, source, now) for decision in made]
    )
    if any(row.state == OutreachState.PLANNED and row.due_at <= now for row in rows):
        enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation.pk))
    return rows


@dataclass(frozen=True)
class Sender:
    """The channel that carries messages of a kind, and what it can do."""

    channel: Channel
    two_way: bool
    has_hours: bool


def propose(
    organisation: Organisation, survey: Survey, channel_kind: str, due_at: datetime
) -> Proposal:
    """What is asked, with what the configured sender can do."""
    found = sender_of(organisation, channel_kind)
    return Proposal(
        survey=survey,
        channel_kind=channel_kind,
        channel_is_ready=found is not None,
        has_hours=found is not None and found.has_hours,
        due_at=due_at,
        expires_at=due_at + FRESH_FOR,
    )


def sender_of(organisation: Organisation, channel_kind: str) -> Sender | None:
    """The organisation's sender for a kind of channel; None when none is set up."""
    channel = default_channel(organisation, channel_kind)
    if channel is None:
        return None
    can = capabilities(channel)
    return Sender(channel, two_way=can.two_way, has_hours=can.has_hours)


def _outreach(
    organisation: Organisation,
    plan: Proposal,
    decision: Decision,
    source: Source,
    now: datetime,
) -> Outreach:
    return Outreach(
        organisation=organisation,
        contact=decision.contact,
        survey=plan.survey,
        channel_kind=plan.channel_kind,
        send=source.send,
        journey_run=source.journey_run,
        journey_event=source.journey_event,
        touchpoint=source.touchpoint,
        state=decision.state,
        reason=decision.reason,
        due_at=decision.due_at or plan.due_at,
        eligible_at=decision.free_at,
        expires_at=plan.expires_at,
        decided_at=now,
    )


def _hold(organisation: Organisation, contacts: Sequence[Contact]) -> None:
    list(
        Contact.objects.within(organisation)
        .filter(pk__in=[contact.pk for contact in contacts])
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )
