"""Sending a survey by hand: see who would be asked, start, cancel."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Organisation, User
from channels_out.exceptions import OneWaySender
from contacts.models import Contact
from cxhub.lib.ids import uuid7
from cxhub.lib.jobs import enqueue
from journeys.actions.planning import Sender, Source, plan_outreach, propose, sender_of
from journeys.enums import OutreachState, SendMode, SendState
from journeys.exceptions import EmptyAudience, NoChannel, NotAConversation, SurveyNotLive
from journeys.models import Outreach, Send
from journeys.queries.audiences import Audience, audience_contacts, sample
from journeys.queries.decisions import Decision, decisions
from journeys.queries.texts import can_converse
from surveys.models import Survey

CHUNK = 500
# As many are decided while the sender waits; the rest follows in the background.
AT_ONCE = 2_000
# As many are counted one by one while somebody composes; of more, about as many stand for all.
COUNTED = 5_000
SHOWN_PER_REASON = 20


@dataclass
class Preview:
    """Who would be asked now, later and not at all, and why; an estimate for a large audience."""

    planned: int = 0
    deferred: int = 0
    suppressed: Counter[str] = field(default_factory=Counter)
    is_estimate: bool = False
    people: dict[str, list[Decision]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.planned + self.deferred + sum(self.suppressed.values())

    @property
    def asked(self) -> int:
        return self.planned + self.deferred


def preview_send(
    *, organisation: Organisation, survey: Survey, channel_kind: str, audience: Audience
) -> Preview:
    """What starting the send now would do; writes nothing."""
    now = timezone.now()
    plan = propose(organisation, survey, channel_kind, now)
    everybody = audience_contacts(organisation, audience)
    total = everybody.count()
    preview = Preview(is_estimate=total > COUNTED)
    counted = sample(everybody, COUNTED / total) if preview.is_estimate else everybody
    for people in _chunks(counted, None):
        for decision in decisions(organisation, people, plan, now=now):
            _count(preview, decision)
    if preview.is_estimate:
        _extrapolate(preview, total)
    return preview


@transaction.atomic
def start_send(
    *,
    organisation: Organisation,
    survey: Survey,
    channel_kind: str,
    audience: Audience,
    created_by: User | None,
    name: str = "",
    mode: str = "",
    form_id: UUID | None = None,
) -> Send:
    """Decide for everybody of the audience and hand over what is due; one form starts once."""
    check_send(organisation, survey, channel_kind, mode)
    if not audience_contacts(organisation, audience).exists():
        raise EmptyAudience
    send, is_new = Send.objects.within(organisation).get_or_create(
        organisation=organisation,
        form_id=form_id or uuid7(),
        defaults={
            "name": (name or survey.name)[:80],
            "survey": survey,
            "channel_kind": channel_kind,
            "mode": mode,
            "audience": dict(audience),
            "created_by": created_by,
        },
    )
    if is_new:
        for _chunk in range(AT_ONCE // CHUNK):
            if plan_chunk(send=send):
                break
        else:
            enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation.pk))
    return send


def check_send(organisation: Organisation, survey: Survey, channel_kind: str, mode: str) -> Sender:
    """What would make the whole send pointless, before it exists."""
    if not survey.is_live:
        raise SurveyNotLive
    sender = sender_of(organisation, channel_kind)
    if sender is None:
        raise NoChannel
    if mode == SendMode.CONVERSATION:
        if not sender.two_way:
            raise OneWaySender
        if not can_converse(survey):
            raise NotAConversation
    return sender


@transaction.atomic
def plan_chunk(*, send: Send) -> bool:
    """Decide for the next 500 contacts of a send; says whether everybody has been decided for.

    Resumes where it stopped: what is decided is a row, and the send is held meanwhile.
    """
    held = Send.objects.within(send.organisation_id).select_for_update(of=("self",), no_key=True)
    current = held.select_related("organisation", "survey").get(pk=send.pk)
    if current.state != SendState.PLANNING:
        return True
    everybody = audience_contacts(current.organisation, current.audience)
    people = next(_chunks(everybody, _last_decided(current)), [])
    if people:
        plan_outreach(
            organisation=current.organisation,
            survey=current.survey,
            channel_kind=current.channel_kind,
            contacts=people,
            source=Source(send=current),
        )
    is_complete = len(people) < CHUNK
    if is_complete:
        current.state = SendState.RUNNING
        current.save(update_fields=["state"])
        finish_sends(organisation=current.organisation, send_ids=[current.pk])
    send.refresh_from_db()
    return is_complete


@transaction.atomic
def finish_sends(*, organisation: Organisation, send_ids: Sequence[UUID]) -> int:
    """Mark the sends of which nobody is left to ask."""
    open_ones = Outreach.objects.within(organisation).filter(
        send__in=send_ids, state__in=[OutreachState.PLANNED, OutreachState.DEFERRED]
    )
    return (
        Send.objects.within(organisation)
        .filter(pk__in=send_ids, state=SendState.RUNNING)
        .exclude(pk__in=open_ones.values("send_id"))
        .update(state=SendState.DONE, finished_at=timezone.now())
    )


def _count(preview: Preview, decision: Decision) -> None:
    if decision.state == OutreachState.PLANNED:
        preview.planned += 1
        return
    if decision.state == OutreachState.DEFERRED:
        preview.deferred += 1
    else:
        preview.suppressed[decision.reason] += 1
    shown = preview.people.setdefault(decision.reason, [])
    if len(shown) < SHOWN_PER_REASON:
        shown.append(decision)


def _extrapolate(preview: Preview, total: int) -> None:
    """Scale what was counted to the whole audience; the parts still add up to it."""
    counted = max(preview.total, 1)
    parts = [preview.planned, preview.deferred, *preview.suppressed.values()]
    edges = [edge * total // counted for edge in accumulate(parts)]
    preview.planned, preview.deferred, *rest = (
        edge - before for before, edge in pairwise([0, *edges])
    )
    preview.suppressed = Counter(dict(zip(preview.suppressed, rest, strict=True)))


def _chunks(everybody: QuerySet[Contact], after: UUID | None) -> Iterator[list[Contact]]:
    """Contacts in the order of their identifiers, 500 at a time."""
    while True:
        rows = everybody if after is None else everybody.filter(pk__gt=after)
        people = list(rows[:CHUNK])
        if not people:
            return
        yield people
        after = people[-1].pk


def _last_decided(send: Send) -> UUID | None:
    decided = Outreach.objects.within(send.organisation_id).filter(send=send)
    return decided.order_by("-contact_id").values_list("contact_id", flat=True).first()
