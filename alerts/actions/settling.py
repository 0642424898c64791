"""Writing down what became of notifications, and finding somebody else when a mail failed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import Membership, Organisation
from accounts.queries.memberships import members
from alerts.enums import NotificationState
from alerts.models import Incident, Notification
from alerts.queries.rules import recipients_of
from cases.models import Case
from cases.queries.cases import case_for
from channels_out.enums import MessageState
from cxhub.lib.ids import parse_uuid
from cxhub.lib.jobs import enqueue
from events.models import DomainEvent

DIGEST_KEY = "alert-digest:"
LEFT = (MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED)
LOST = (
    MessageState.FAILED,
    MessageState.UNDELIVERED,
    MessageState.EXPIRED,
    MessageState.CANCELLED,
    MessageState.SUPPRESSED,
)


def settle(*, organisation_id: UUID | str) -> int:
    """Give every notification whose mail has left, or will not, its outcome."""
    queued = Notification.objects.within(UUID(str(organisation_id))).filter(
        state=NotificationState.QUEUED
    )
    arrived = queued.filter(message__state__in=LEFT)
    digests = arrived.filter(message__dedupe_key__startswith=DIGEST_KEY)
    settled = digests.update(state=NotificationState.DIGESTED)
    settled += arrived.update(state=NotificationState.SENT)
    lost = list(_with_incident(queued.filter(message__state__in=LOST)))
    _record_lost(lost)
    return settled + len(lost)


def record_failure(event: DomainEvent) -> None:
    """A mail came back after it had left: its members do not know, whatever was written before."""
    pk = parse_uuid(str(event.payload["message"]))
    reached = Notification.objects.within(event.organisation_id).filter(message=pk)
    _record_lost(list(_with_incident(reached.exclude(state=NotificationState.FAILED))))


def _with_incident(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    return rows.select_related(
        "organisation",
        "message",
        "incident__organisation",
        "incident__rule__organisation",
        "incident__response",
    ).select_for_update(of=("self",), no_key=True)


def _record_lost(rows: Sequence[Notification]) -> None:
    for row in rows:
        row.state = NotificationState.FAILED
        row.error = row.message.reason or row.message.state if row.message else ""
    Notification.objects.bulk_update(rows, ["state", "error"])
    incidents = {row.incident_id: row.incident for row in rows}
    told = [_tell_others(incident) for incident in incidents.values()]
    if any(told):
        enqueue("alerts.tasks.notify", organisation_id=str(rows[0].organisation_id))


def _tell_others(incident: Incident) -> bool:
    """Tell the rule's other recipients and who has the case; an owner when nobody is left."""
    organisation = incident.organisation
    known = dict(
        Notification.objects.within(organisation)
        .filter(incident=incident)
        .values_list("member_id", "state")
    )
    others = [member for member in _candidates(incident) if member.pk not in known]
    if not others and set(known.values()) == {NotificationState.FAILED}:
        others = [member for member in owners(organisation) if member.pk not in known]
    Notification.objects.bulk_create(
        [
            Notification(
                organisation=organisation, incident=incident, member=member, channel_kind="email"
            )
            for member in others
        ],
        ignore_conflicts=True,
    )
    return bool(others)


def _candidates(incident: Incident) -> Iterable[Membership]:
    yield from recipients_of(incident.rule)
    case = case_for(incident.organisation, incident.response)
    if case is not None:
        yield from having(case)


def having(case: Case) -> Sequence[Membership]:
    """Who has a case: its assignee, or whoever is in the team that it was given to."""
    if case.assignee is not None:
        return [case.assignee]
    if case.team_id is None:
        return []
    return list(members(case.organisation).filter(team=case.team_id, user__is_active=True))


def owners(organisation: Organisation) -> Iterable[Membership]:
    """Whom to tell when nobody else is there."""
    return members(organisation).filter(role=Role.OWNER, user__is_active=True)
