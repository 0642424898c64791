"""Handing over what is due: invitations made, messages queued, conversations opened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Place
from accounts.queries.lookups import organisations_from
from channels_out.actions.messages import queue_messages
from channels_out.models import Message
from contacts.models import Contact
from cxhub.lib.jobs import enqueue
from cxhub.lib.tenancy import tenant
from journeys.actions.conversations import open_conversations
from journeys.actions.letters import Writer
from journeys.actions.planning import Sender, sender_of
from journeys.actions.sends import finish_sends, plan_chunk
from journeys.enums import JourneyState, OutreachState, SendMode, SendState
from journeys.models import Outreach, Send
from journeys.queries.decisions import Decision, Proposal, decisions
from journeys.queries.places import places_of
from journeys.queries.texts import is_conversational
from surveys.actions.invitations import issue_invitations
from surveys.models import Invitation, Survey
from surveys.queries.surveys import definition_of

CHUNK = 500
INVITATION_LIFE = timedelta(days=30)
# An invitation that could not leave for a day is not worth sending any more.
MESSAGE_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Batch:
    """Due outreaches that are written alike."""

    survey: Survey
    channel_kind: str
    mode: str
    place: Place | None
    rows: Sequence[Outreach]


@dataclass(frozen=True)
class Asked:
    """One customer who is asked now: where, in which language, through which door."""

    outreach: Outreach
    address: str
    language: str
    invitation: Invitation
    token: str


def send_due_outreach() -> int:
    """Ring for every organisation with customers to ask; the clock calls it."""
    found = organisations_from("journeys_due_organisations")
    for organisation_id in found:
        enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation_id))
    return len(found)


def send_outreach(*, organisation_id: UUID) -> int:
    """Go on planning sends, then hand over one chunk of what is due; rings again for more.

    Runs twice without harm: rows that somebody else is handing over are skipped.
    """
    with tenant(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        is_planned = all(plan_chunk(send=send) for send in _being_planned(organisation))
    with tenant(organisation_id):
        handed_over = _hand_over(organisation)
        if handed_over == CHUNK or not is_planned:
            enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation_id))
    return handed_over


@transaction.atomic
def _hand_over(organisation: Organisation) -> int:
    now = timezone.now()
    due = list(
        Outreach.objects.within(organisation)
        .filter(state__in=[OutreachState.PLANNED, OutreachState.DEFERRED], due_at__lte=now)
        .exclude(journey_run__journey__state=JourneyState.PAUSED, expires_at__gt=now)
        .order_by("due_at", "pk")
        .select_related("contact", "survey__current_version", "send", "journey_event")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)[:CHUNK]
    )
    for batch in _batches(organisation, due):
        _send_batch(organisation, batch, now)
    sends = {row.send_id for row in due if row.send_id is not None}
    if sends:
        finish_sends(organisation=organisation, send_ids=sorted(sends))
    return len(due)


def _batches(organisation: Organisation, due: Sequence[Outreach]) -> list[Batch]:
    places = places_of(organisation, due)
    groups: dict[tuple[UUID, str, str, UUID | None], list[Outreach]] = defaultdict(list)
    for row in due:
        place = places.get(row.pk)
        mode = row.send.mode if row.send else ""
        key = (row.survey_id, row.channel_kind, mode, place.pk if place else None)
        groups[key].append(row)
    return [
        Batch(rows[0].survey, kind, mode, places.get(rows[0].pk), rows)
        for (_survey, kind, mode, _place), rows in groups.items()
    ]


def _send_batch(organisation: Organisation, batch: Batch, now: datetime) -> None:
    """Look once more, settle those who are not asked, and hand over the others."""
    sender = sender_of(organisation, batch.channel_kind)
    made = _decided_again(organisation, batch, sender, now)
    asked, settled = [], []
    for row in batch.rows:
        decision = made[row.pk]
        if decision.state == OutreachState.PLANNED:
            asked.append((row, decision.address))
        else:
            _settle(row, decision, now)
            settled.append(row)
    Outreach.objects.bulk_update(
        settled, ["state", "reason", "due_at", "eligible_at", "decided_at"], batch_size=CHUNK
    )
    if asked and sender is not None:
        _ask(organisation, batch, sender, asked, now)


def _decided_again(
    organisation: Organisation, batch: Batch, sender: Sender | None, now: datetime
) -> Mapping[UUID, Decision]:
    """The last look before the message exists, addresses held; expiry is each row's own."""
    found: dict[UUID, Decision] = {}
    by_expiry: dict[datetime, list[Outreach]] = defaultdict(list)
    for row in batch.rows:
        by_expiry[row.expires_at].append(row)
    for expires_at, rows in by_expiry.items():
        proposal = Proposal(
            survey=batch.survey,
            channel_kind=batch.channel_kind,
            channel_is_ready=sender is not None,
            has_hours=sender is not None and sender.has_hours,
            due_at=now,
            expires_at=expires_at,
        )
        decided = decisions(
            organisation,
            [row.contact for row in rows],
            proposal,
            now=now,
            settled=[row.pk for row in batch.rows],
            lock=True,
        )
        found |= {row.pk: decision for row, decision in zip(rows, decided, strict=True)}
    return found


def _settle(row: Outreach, decision: Decision, now: datetime) -> None:
    row.state, row.reason = decision.state, decision.reason
    row.due_at = decision.due_at or row.due_at
    row.eligible_at, row.decided_at = decision.free_at, now


def _ask(
    organisation: Organisation,
    batch: Batch,
    sender: Sender,
    asked: Sequence[tuple[Outreach, str]],
    now: datetime,
) -> None:
    version = batch.survey.current_version
    if version is None:
        return
    definition = definition_of(version)
    talks = (
        batch.channel_kind == "sms"
        and batch.mode != SendMode.LINK
        and sender.two_way
        and is_conversational(definition)
    )
    writer = Writer(organisation, definition, sender, is_conversation=talks)
    people = _invited(organisation, batch, writer, asked, now)
    letters = [
        writer.letter(
            person.outreach,
            person.address,
            person.language,
            person.token,
            min(person.outreach.expires_at, now + MESSAGE_LIFE),
        )
        for person in people
    ]
    messages = queue_messages(organisation=organisation, channel=sender.channel, letters=letters)
    if talks:
        open_conversations(
            channel=sender.channel,
            doors=[(person.invitation, person.address) for person in people],
            now=now,
        )
    _record(people, messages, now)


def _invited(
    organisation: Organisation,
    batch: Batch,
    writer: Writer,
    asked: Sequence[tuple[Outreach, str]],
    now: datetime,
) -> list[Asked]:
    """A personal door per customer, in his language."""

    def language_of(contact: Contact) -> str:
        return writer.definition.language(contact.language, organisation.language)

    doors = issue_invitations(
        survey=batch.survey,
        contacts=[(row.contact, language_of(row.contact)) for row, _address in asked],
        channel=batch.channel_kind,
        expires_at=now + INVITATION_LIFE,
        place=batch.place,
    )
    return [
        Asked(row, address, invitation.language, invitation, token)
        for (row, address), (invitation, token) in zip(asked, doors, strict=True)
    ]


def _record(people: Sequence[Asked], messages: Sequence[Message], now: datetime) -> None:
    for person, message in zip(people, messages, strict=True):
        row = person.outreach
        row.state, row.reason, row.decided_at = OutreachState.SENT, "", now
        row.invitation, row.message = person.invitation, message
    Outreach.objects.bulk_update(
        [person.outreach for person in people],
        ["state", "reason", "decided_at", "invitation", "message"],
        batch_size=CHUNK,
    )


def _being_planned(organisation: Organisation) -> list[Send]:
    return list(Send.objects.within(organisation).filter(state=SendState.PLANNING).order_by("pk"))
