"""What the inbox shows: rows of a folder, and one case with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Organisation
from accounts.queries.memberships import members
from cases.enums import CaseState
from cases.models import Case, CaseEvent
from cases.queries.cases import case_by_id, inbox, thread
from cases.queries.stories import Reachable, Story, past_of, reachable, story_of
from cxhub.lib.ordering import Ordering
from surveys.queries.visits import Spread, spread_of

FOLDERS = ("mine", "unassigned", "team", "all", "closed")


@dataclass(frozen=True)
class Row:
    """A case as a list shows it; `story` is None when the response was erased."""

    case: Case
    story: Story | None
    is_overdue: bool


@dataclass(frozen=True)
class Desk:
    """One case opened: the customer's words, the customer, the thread."""

    case: Case
    story: Story | None
    is_overdue: bool
    number: int
    past: Sequence[Story]
    person: Reachable | None
    spread: Spread | None
    thread: Sequence[CaseEvent]


def is_overdue(case: Case, now: datetime | None = None) -> bool:
    """Whether somebody should have acted by now."""
    return case.state != CaseState.CLOSED and case.due_at < (now or timezone.now())


def rows_of(cases: Sequence[Case]) -> list[Row]:
    """Cases of a page, each with its story; needs no query of its own."""
    now = timezone.now()
    return [
        Row(case, story_of(case.response) if case.response else None, is_overdue(case, now))
        for case in cases
    ]


def desk_of(case: Case) -> Desk:
    """Everything a person needs to act on a case."""
    response = case.response
    number, past = past_of(response) if response else (0, [])
    return Desk(
        case=case,
        story=story_of(response) if response else None,
        is_overdue=is_overdue(case),
        number=number,
        past=past,
        person=reachable(case.contact),
        spread=spread_of(case.organisation_id, response.invitation_id) if response else None,
        thread=list(thread(case)),
    )


def agents(organisation: Organisation) -> QuerySet[Membership]:
    """The members who may answer for a case."""
    return members(organisation).filter(user__is_active=True).exclude(role=Role.VIEWER)


def default_folder(counts: dict[str, int]) -> str:
    """Where the inbox opens: one's own work first, then what nobody has taken."""
    return next((name for name in ("mine", "unassigned") if counts[name]), "team")


def newer_count(
    organisation: Organisation, member: Membership, folder: str, since: datetime
) -> int:
    """How many cases have come into a folder since a list was shown."""
    return inbox(organisation, member, folder).filter(opened_at__gt=since).count()


def next_case(
    organisation: Organisation, member: Membership, folder: str, order: Ordering, after: UUID
) -> Case | None:
    """The first open case of a folder's list besides the one that was just closed."""
    if folder == "closed":
        return None
    rows = inbox(organisation, member, folder).order_by(*order.fields)
    return rows.exclude(pk=after).first()


def closed_case(organisation: Organisation, text: str) -> Case | None:
    """The case of an identifier if it is closed: what an undo can bring back."""
    case = case_by_id(organisation, text)
    return case if case and case.state == CaseState.CLOSED else None
