"""Reads of cases."""

from django.db.models import F, Q, QuerySet

from accounts.models import Membership, Organisation
from cases.enums import CaseState
from cases.models import Case, CaseEvent
from cxhub.lib.ids import parse_uuid
from surveys.models import Response

OPEN = (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.WAITING)


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
        )
        .order_by("due_at", "number")
    )


def case_by_id(organisation: Organisation, text: str) -> Case | None:
    """The case of an identifier as it is written in an address; None for anything else."""
    pk = parse_uuid(text)
    return cases(organisation).filter(pk=pk).first() if pk else None


def open_cases(organisation: Organisation) -> QuerySet[Case]:
    """Cases that somebody still has to act on."""
    return cases(organisation).filter(state__in=OPEN)


def closed_cases(organisation: Organisation) -> QuerySet[Case]:
    """Closed cases, the last closed first."""
    return cases(organisation).filter(state=CaseState.CLOSED).order_by("-closed_at", "-number")


def inbox(organisation: Organisation, member: Membership, folder: str) -> QuerySet[Case]:
    """One folder of the inbox: `mine`, `unassigned`, `team` (all open) or `closed`."""
    if folder == "closed":
        return closed_cases(organisation)
    narrowing = {"mine": Q(assignee=member), "unassigned": Q(assignee=None)}
    return open_cases(organisation).filter(narrowing.get(folder, Q()))


def folder_counts(organisation: Organisation, member: Membership) -> dict[str, int]:
    """How many open cases each folder holds."""
    assignees = list(
        Case.objects.within(organisation)
        .filter(state__in=OPEN)
        .values_list("assignee_id", flat=True)
    )
    return {
        "mine": assignees.count(member.pk),
        "unassigned": sum(assignee is None for assignee in assignees),
        "team": len(assignees),
    }


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
