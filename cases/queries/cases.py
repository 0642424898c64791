"""Reads of cases."""

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation
from cases.enums import CaseState
from cases.models import Case, CaseEvent
from cxhub.lib.ids import parse_uuid
from cxhub.lib.ordering import Column
from cxhub.lib.rows import row_by_id
from surveys.models import Response

OPEN = (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.WAITING)

_DUE = Column("due", _("Due"), _("Due first"), _("Due last"), ("due_at", "number"))
_CLOSED = Column(
    "closed",
    pgettext_lazy("case", "Closed"),
    _("Closed longest ago first"),
    _("Last closed first"),
    ("closed_at", "number"),
    starts_down=True,
)
_OPENED = Column(  # numbers grow as cases are opened
    "opened",
    pgettext_lazy("case", "Opened"),
    _("Oldest first"),
    _("Newest first"),
    ("number",),
    starts_down=True,
)


def cases(organisation: Organisation) -> QuerySet[Case]:
    """The organisation's cases with what a list shows of them, most urgent first."""
    return (
        Case.objects.within(organisation)
        .select_related(
            "organisation",
            "response__survey",
            "response__version",
            "response__place",
            "response__contact",
            "contact",
            "assignee__user",
            "team",
        )
        .order_by("due_at", "number")
    )


def case_by_id(organisation: Organisation, text: str) -> Case | None:
    """The case of an identifier as it is written in an address; None for anything else."""
    return row_by_id(cases(organisation), parse_uuid(text))


def open_cases(organisation: Organisation) -> QuerySet[Case]:
    """Cases that somebody still has to act on."""
    return cases(organisation).filter(state__in=OPEN)


def closed_cases(organisation: Organisation) -> QuerySet[Case]:
    """Closed cases, the last closed first."""
    return cases(organisation).filter(state=CaseState.CLOSED).order_by("-closed_at", "-number")


def inbox(organisation: Organisation, member: Membership, folder: str) -> QuerySet[Case]:
    """One folder of the inbox: a key of `folders`, or `closed`."""
    if folder == "closed":
        return closed_cases(organisation)
    return open_cases(organisation).filter(folders(member).get(folder, Q()))


def columns(folder: str) -> tuple[Column, ...]:
    """By what a folder may be sorted, its usual order first."""
    return (_CLOSED if folder == "closed" else _DUE, _OPENED)


def folders(member: Membership) -> dict[str, Q]:
    """The open cases of each folder.

    `team` holds those of the member's team, given to it or to one of its members; for who is in
    no team, everybody's, which otherwise are in `all`.
    """
    narrow = {"mine": Q(assignee=member), "unassigned": Q(assignee=None, team=None)}
    if member.team_id is None:
        return {**narrow, "team": Q()}
    own_team = Q(team=member.team_id) | Q(assignee__team=member.team_id)
    return {**narrow, "team": own_team, "all": Q()}


def folder_counts(organisation: Organisation, member: Membership) -> dict[str, int]:
    """How many open cases each folder holds."""
    counts = {
        name: Count("pk", filter=narrowing) if narrowing else Count("pk")
        for name, narrowing in folders(member).items()
    }
    rows = Case.objects.within(organisation).filter(state__in=OPEN)
    return dict(rows.aggregate(**counts))


def case_for(organisation: Organisation, response: Response) -> Case | None:
    """The case that a response led to, if any: an open one before a closed one."""
    return (
        Case.objects.within(organisation)
        .filter(response=response)
        .select_related("assignee__user")
        .order_by(F("closed_at").desc(nulls_first=True), "-opened_at")
        .first()
    )


def thread(case: Case) -> QuerySet[CaseEvent]:
    """Everything that happened in a case, oldest first."""
    return (
        CaseEvent.objects.within(case.organisation_id)
        .filter(case=case)
        .select_related("author__user")
        .order_by("created_at", "id")
    )
