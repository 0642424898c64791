"""Sends, their progress, and what became of each decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from channels_out.enums import MessageState
from channels_out.models import Message
from channels_out.queries.messages import counts_by_state
from contacts.models import Contact
from cxhub.lib.ids import parse_uuid
from cxhub.lib.ordering import Alphabetical, Column, Ordering, after_row
from cxhub.lib.rows import row_by_id
from journeys.enums import OutreachReason, OutreachState, SendState
from journeys.models import Outreach, Send
from surveys.queries.visits import opened_links

WAITING = (
    MessageState.DRAFT,
    MessageState.QUEUED,
    MessageState.SENDING,
    MessageState.RETRY_WAIT,
)
HANDED_OVER = (MessageState.ACCEPTED, MessageState.SENT)
LEFT = (*HANDED_OVER, MessageState.DELIVERED, MessageState.UNDELIVERED)
LOST = (MessageState.UNDELIVERED, MessageState.FAILED, MessageState.EXPIRED)
IN_FLIGHT = (*WAITING, *HANDED_OVER, MessageState.UNKNOWN)


@dataclass(frozen=True)
class SendRow:
    """A send as the list shows it."""

    send: Send
    asked: int
    answered: int
    not_asked: int


@dataclass(frozen=True)
class ReasonCount:
    """How many were not asked, or will be asked later, for one reason."""

    reason: str
    count: int

    @property
    def label(self) -> str:
        return str(OutreachReason(self.reason).label) if self.reason else ""


@dataclass(frozen=True)
class Progress:
    """How far a send is: decisions, messages by state, answers."""

    planned: int
    deferred: int
    answered: int
    cancelled: int
    suppressed: Sequence[ReasonCount]
    later: Sequence[ReasonCount]
    messages: dict[str, int]
    opened: int = 0

    @property
    def not_asked(self) -> int:
        return sum(reason.count for reason in self.suppressed)

    @property
    def written(self) -> int:
        return sum(self.messages.values())

    @property
    def waiting(self) -> int:
        return self.planned + sum(self.messages[state] for state in WAITING)

    @property
    def sent(self) -> int:
        """All that left, also what arrived or came back since: never fewer than delivered."""
        return sum(self.messages[state] for state in LEFT)

    @property
    def delivered(self) -> int:
        return self.messages[MessageState.DELIVERED]

    @property
    def lost(self) -> int:
        return sum(self.messages[state] for state in LOST)

    @property
    def unknown(self) -> int:
        return self.messages[MessageState.UNKNOWN]

    @property
    def refused(self) -> int:
        return self.messages[MessageState.SUPPRESSED]

    @property
    def total(self) -> int:
        return self.written + self.planned + self.deferred

    @property
    def settled(self) -> int:
        return self.total - self.waiting - self.deferred

    @property
    def is_moving(self) -> bool:
        """Whether waiting a little would show other numbers."""
        return bool(self.planned or any(self.messages[state] for state in IN_FLIGHT))


def sends(organisation: Organisation) -> QuerySet[Send]:
    """The organisation's sends, newest first."""
    return (
        Send.objects.within(organisation)
        .select_related("survey", "created_by")
        .order_by("-created_at", "-pk")
    )


COLUMNS = (
    Column(
        "started", _("Started"), _("Oldest first"), _("Newest first"), ("pk",), starts_down=True
    ),
    Column("name", _("Name"), _("Name, A to Z"), _("Name, Z to A"), ("sort_name", "pk")),
)


def sends_after(organisation: Organisation, order: Ordering, send: Send | None) -> QuerySet[Send]:
    """The sends of a list, from its beginning or after one of them.

    People make them, by the hundred at most: by name they are sorted as they are read.
    """
    rows = _sorted(organisation).order_by(*order.fields)
    return rows if send is None else rows.filter(after_row(order.fields, send))


def send_in_list(organisation: Organisation, text: str) -> Send | None:
    """The send after which a page of the list begins."""
    return row_by_id(_sorted(organisation), parse_uuid(text))


def _sorted(organisation: Organisation) -> QuerySet[Send]:
    return sends(organisation).annotate(sort_name=Alphabetical("name"))


def send_by_id(organisation: Organisation, text: str) -> Send | None:
    rows = sends(organisation).select_related("organisation", "survey__current_version")
    return row_by_id(rows, parse_uuid(text))


def send_rows(organisation: Organisation, page: Sequence[Send]) -> list[SendRow]:
    """A page of sends with their counts, in one more query."""
    asked = Q(state__in=[OutreachState.SENT, OutreachState.ANSWERED])
    counts = {
        row["send"]: row
        for row in Outreach.objects.within(organisation)
        .filter(send__in=page)
        .order_by()
        .values("send")
        .annotate(
            asked=Count("pk", filter=asked),
            answered=Count("pk", filter=Q(state=OutreachState.ANSWERED)),
            not_asked=Count("pk", filter=Q(state=OutreachState.SUPPRESSED)),
        )
    }
    rows = []
    for send in page:
        found = counts.get(send.pk)
        if found is None:
            rows.append(SendRow(send, 0, 0, 0))
        else:
            rows.append(SendRow(send, found["asked"], found["answered"], found["not_asked"]))
    return rows


def progress(organisation: Organisation, send: Send) -> Progress:
    """How far a send is: three queries."""
    rows = list(
        Outreach.objects.within(organisation)
        .filter(send=send)
        .order_by()
        .values_list("state", "reason")
        .annotate(number=Count("pk"))
    )
    by_state: dict[str, int] = {}
    for state, _reason, number in rows:
        by_state[state] = by_state.get(state, 0) + number
    of_send = Outreach.objects.within(organisation).filter(send=send)
    written = of_send.values("message_id")
    asked = of_send.filter(state=OutreachState.SENT).values("invitation_id")
    return Progress(
        planned=by_state.get(OutreachState.PLANNED, 0),
        deferred=by_state.get(OutreachState.DEFERRED, 0),
        answered=by_state.get(OutreachState.ANSWERED, 0),
        cancelled=by_state.get(OutreachState.CANCELLED, 0),
        suppressed=_reasons(rows, OutreachState.SUPPRESSED),
        later=_reasons(rows, OutreachState.DEFERRED),
        messages=counts_by_state(
            organisation, Message.objects.within(organisation).filter(pk__in=written)
        ),
        opened=opened_links(organisation, asked),
    )


def not_asked(organisation: Organisation, send: Send) -> QuerySet[Outreach]:
    """Who was not asked, with the reason."""
    return (
        Outreach.objects.within(organisation)
        .filter(send=send, state=OutreachState.SUPPRESSED)
        .select_related("contact")
        .order_by("reason", "-pk")
    )


def outreach_of(organisation: Organisation, contact: Contact) -> QuerySet[Outreach]:
    """Everything that one customer was asked, or not, and why; newest first."""
    return (
        Outreach.objects.within(organisation)
        .filter(contact=contact)
        .select_related("survey", "send", "touchpoint", "message")
        .order_by("-created_at", "-pk")
    )


def is_over(send: Send) -> bool:
    return send.state in (SendState.DONE, SendState.CANCELLED)


def _reasons(rows: Sequence[tuple[str, str, int]], state: str) -> list[ReasonCount]:
    found = [ReasonCount(reason, number) for kind, reason, number in rows if kind == state]
    return sorted(found, key=lambda row: (-row.count, row.reason))
