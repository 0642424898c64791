"""Handing one batch over: invitations made, messages queued, conversations opened."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Organisation, Place
from channels_out.actions.messages import queue_messages
from channels_out.models import Message
from contacts.models import Contact
from journeys.actions.conversations import open_conversations
from journeys.actions.letters import Writer
from journeys.actions.planning import Sender, sender_of
from journeys.enums import OutreachReason, OutreachState, SendMode
from journeys.models import Outreach
from journeys.queries.decisions import Decision, Proposal, decisions
from journeys.queries.texts import is_conversational
from surveys.actions.invitations import issue_invitations
from surveys.models import Invitation, Survey
from surveys.queries.surveys import definition_of

INVITATION_LIFE = timedelta(days=30)
# An invitation that could not leave for a day is not worth sending any more.
MESSAGE_LIFE = timedelta(hours=24)

# A contact and a survey that he is asked with.
Pair = tuple[UUID, UUID]


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


@transaction.atomic
def send_batch(
    *, organisation: Organisation, batch: Batch, asked_already: Collection[Pair], now: datetime
) -> set[Pair]:
    """Look once more, settle those who are not asked, and hand over the others; says whom.

    Nobody is asked twice with one survey at one moment, whatever the budget: neither within
    the batch nor when another batch has just `asked_already`.
    """
    sender = sender_of(organisation, batch.channel_kind)
    made = _decided_again(organisation, batch, sender, now)
    taken = set(asked_already)
    asked, settled = [], []
    for row in batch.rows:
        decision = made[row.pk]
        pair = (row.contact_id, row.survey_id)
        if decision.state == OutreachState.PLANNED and pair in taken:
            decision = Decision(
                row.contact, OutreachState.SUPPRESSED, str(OutreachReason.SAME_SURVEY)
            )
        if decision.state == OutreachState.PLANNED:
            taken.add(pair)
            asked.append((row, decision.address))
        else:
            _settle(row, decision, now)
            settled.append(row)
    Outreach.objects.bulk_update(
        settled, ["state", "reason", "due_at", "eligible_at", "decided_at"]
    )
    if asked and sender is not None:
        _ask(organisation, batch, sender, asked, now)
    return {(row.contact_id, row.survey_id) for row, _address in asked}


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
    )
