"""Opening, working and closing cases."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import Membership, Organisation, Team
from accounts.queries.memberships import held_member
from accounts.queries.teams import held_teams
from cases.enums import CaseEventKind, CaseState, CloseReason
from cases.exceptions import CaseChanged, CaseClosed, ReasonMissing
from cases.models import Case, CaseEvent
from cases.queries.cases import case_for
from contacts.actions.holds import hold_surveys
from contacts.models import Contact
from cxhub.lib.locks import take_turn
from events.actions.outbox import publish
from surveys.models import Response

DUE_AFTER = timedelta(hours=24)
# Nobody is asked how it was while it is being put right, nor as soon as it has been.
PEACE = timedelta(days=7)


@transaction.atomic
def open_case(
    *,
    organisation: Organisation,
    response: Response,
    contact: Contact | None,
    is_automatic: bool,
    assignee: Membership | None = None,
    opened_by: Membership | None = None,
    is_asked_for: bool = False,
) -> Case:
    """Open a case for a response.

    An automatic one is opened once, whatever runs twice; by hand, the open case of the
    response is taken up instead of a second one.
    """
    take_turn(f"case:{organisation.pk}")  # one number at a time
    existing = Case.objects.within(organisation).filter(response=response)
    wanted = Q(is_automatic=True) if is_automatic else ~Q(state=CaseState.CLOSED)
    if found := existing.filter(wanted).first():
        return found
    case = Case.objects.create(
        organisation=organisation,
        number=_next_number(organisation),
        response=response,
        contact=contact,
        state=CaseState.IN_PROGRESS if assignee else CaseState.NEW,
        assignee=assignee,
        is_automatic=is_automatic,
        due_at=timezone.now() + DUE_AFTER,
    )
    detail: dict[str, str | bool] = {"automatic": is_automatic, "asked_for": is_asked_for}
    _record(case, CaseEventKind.OPENED, opened_by, detail=detail)
    _hold_surveys(case)
    publish(organisation=organisation, kind="case.opened", payload={"case": str(case.pk)})
    return case


@transaction.atomic
def assign_case(
    *,
    case: Case,
    assignee: Membership | None,
    actor: Membership | None,
    team: Team | None = None,
    revision: int | None = None,
) -> Case:
    """Give the case to a member, to a team, or to nobody; with a member it is in progress."""
    if team is not None and not held_teams(case.organisation_id, [team]):
        raise CaseChanged  # the team was deleted since it was offered
    if assignee is not None and held_member(assignee) is None:
        raise CaseChanged  # he was removed since he was offered
    locked = _lock(case, revision)
    wanted = (assignee.pk if assignee else None, team.pk if team else None)
    if (locked.assignee_id, locked.team_id) == wanted:
        return locked
    locked.assignee, locked.team = assignee, team
    if assignee and locked.state == CaseState.NEW:
        locked.state = CaseState.IN_PROGRESS
    _save(locked, ["assignee", "team", "state"])
    _record(
        locked,
        CaseEventKind.ASSIGNED,
        actor,
        detail={
            "member": str(assignee.user) if assignee else "",
            "team": team.name if team else "",
        },
    )
    return locked


@transaction.atomic
def add_note(
    *, case: Case, text: str, actor: Membership | None, note_id: UUID | None = None
) -> CaseEvent:
    """Write into the case's thread; a closed case still takes notes.

    The same note id again is the note that is already there.
    """
    if note_id is None:
        return _record(case, CaseEventKind.NOTE, actor, text=text)
    note, _created = CaseEvent.objects.within(case.organisation_id).get_or_create(
        organisation_id=case.organisation_id,
        case=case,
        note_id=note_id,
        defaults={"kind": CaseEventKind.NOTE, "author": actor, "text": text},
    )
    return note


@transaction.atomic
def set_waiting(*, case: Case, actor: Membership | None, revision: int | None = None) -> Case:
    """The next step is the customer's."""
    locked = _lock(case, revision)
    locked.state = CaseState.WAITING
    _save(locked, ["state"])
    _record(locked, CaseEventKind.STATE, actor, detail={"state": CaseState.WAITING.value})
    return locked


@transaction.atomic
def close_case(
    *, case: Case, reason: str, note: str, actor: Membership | None, revision: int | None = None
) -> Case:
    """End the case, saying how it ended."""
    if reason not in CloseReason.values:
        raise ReasonMissing
    locked = _lock(case, revision)
    locked.state = CaseState.CLOSED
    locked.close_reason = reason
    locked.close_note = note
    locked.closed_at = timezone.now()
    _save(locked, ["state", "close_reason", "close_note", "closed_at"])
    _record(locked, CaseEventKind.CLOSED, actor, text=note, detail={"reason": reason})
    _hold_surveys(locked)
    publish(
        organisation=locked.organisation_id,
        kind="case.closed",
        payload={"case": str(locked.pk), "reason": reason},
    )
    return locked


@transaction.atomic
def reopen_case(*, case: Case, actor: Membership | None) -> Case:
    """Take a closed case up again: also the way to undo a closing."""
    locked = _held(case)
    if locked.state != CaseState.CLOSED:
        return locked
    locked.state = CaseState.IN_PROGRESS if locked.assignee_id else CaseState.NEW
    locked.close_reason = ""
    locked.closed_at = None
    _save(locked, ["state", "close_reason", "closed_at"])
    _record(locked, CaseEventKind.REOPENED, actor)
    _hold_surveys(locked)
    return locked


@transaction.atomic
def note_callback(*, response: Response, wording: str) -> Case:
    """Put the customer's wish to be contacted, and where, into the case of his response.

    The case is opened for it, or opened again, when there is none to act on.
    """
    organisation = response.organisation
    case = case_for(organisation, response) or open_case(
        organisation=organisation,
        response=response,
        contact=response.contact,
        is_automatic=True,
        is_asked_for=True,
    )
    if case.state == CaseState.CLOSED:
        case = reopen_case(case=case, actor=None)
    detail: dict[str, str | bool] = {"wording": wording}
    _record(case, CaseEventKind.CALLBACK, None, text=response.callback_way, detail=detail)
    return case


@transaction.atomic
def note_change(*, case: Case, before: str, after: str, words: str) -> CaseEvent:
    """Put into the thread that the customer changed the answer, and what it had said.

    Scores are given as they are read ("2/10"). A closed case takes it too, as it takes notes.
    """
    detail: dict[str, str | bool] = {"before": before, "after": after}
    return _record(case, CaseEventKind.CHANGED, None, text=words, detail=detail)


def _hold_surveys(case: Case) -> None:
    """Leave the case's customer in peace while it is open, and a week longer."""
    if case.contact_id is not None:
        hold_surveys(
            organisation_id=case.organisation_id,
            contact_id=case.contact_id,
            held_by=case.pk,
            until=case.closed_at + PEACE if case.closed_at else None,
        )


def _held(case: Case) -> Case:
    """The case as it is now, held until the transaction ends."""
    rows = Case.objects.within(case.organisation_id)
    return rows.select_for_update(of=("self",), no_key=True).get(pk=case.pk)


def _lock(case: Case, revision: int | None) -> Case:
    locked = _held(case)
    if revision is not None and locked.revision != revision:
        raise CaseChanged
    if locked.state == CaseState.CLOSED:
        raise CaseClosed
    return locked


def _save(case: Case, fields: list[str]) -> None:
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])


def _record(
    case: Case,
    kind: CaseEventKind,
    author: Membership | None,
    *,
    text: str = "",
    detail: dict[str, str | bool] | None = None,
) -> CaseEvent:
    return CaseEvent.objects.create(
        organisation_id=case.organisation_id,
        case=case,
        kind=kind,
        author=author,
        text=text,
        detail=detail or {},
    )


def _next_number(organisation: Organisation) -> int:
    last = Case.objects.within(organisation).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1
