"""When the customer has answered: nothing more is asked of him about it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from channels_out.actions.messages import cancel_by_id
from cxhub.lib.ids import parse_uuid
from events.models import DomainEvent
from journeys.enums import OutreachState
from journeys.models import Outreach


def of_asked_customers(events: Sequence[DomainEvent]) -> list[DomainEvent]:
    """Those of one organisation's events that answer an outreach of ours."""
    invitations = {pk for event in events if (pk := _invitation_of(event))}
    if not invitations:
        return []
    rows = Outreach.objects.within(events[0].organisation_id)
    asked = set(rows.filter(invitation__in=invitations).values_list("invitation_id", flat=True))
    return [event for event in events if _invitation_of(event) in asked]


def settle_outreach(*, event: DomainEvent) -> None:
    """Mark the outreach of a completed response answered; cancel what asks the same again."""
    invitation = event.payload.get("invitation")
    if not invitation:
        return
    within = Outreach.objects.within(event.organisation_id)
    answered = within.filter(invitation_id=invitation).first()
    if answered is None:
        return
    now = timezone.now()
    within.filter(pk=answered.pk, state=OutreachState.SENT).update(
        state=OutreachState.ANSWERED, decided_at=now
    )
    same = within.filter(contact_id=answered.contact_id, survey_id=answered.survey_id)
    same.filter(state__in=[OutreachState.PLANNED, OutreachState.DEFERRED]).update(
        state=OutreachState.CANCELLED, decided_at=now
    )
    waiting: list[UUID] = [
        pk
        for pk in same.exclude(message=None).values_list("message_id", flat=True)
        if pk is not None
    ]
    cancel_by_id(organisation=answered.organisation, message_ids=waiting)


def _invitation_of(event: DomainEvent) -> UUID | None:
    return parse_uuid(str(event.payload.get("invitation", "")))
