"""Holding a send that is under way, letting it go on, stopping it."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.actions import audit
from accounts.models import User
from channels_out.actions.messages import cancel_by_id, hold_back, let_go
from channels_out.enums import AWAY_STATES, HERE_STATES
from cxhub.lib.jobs import enqueue
from journeys.actions.conversations import prolong_conversations
from journeys.enums import OutreachState, SendState
from journeys.models import Outreach, Send
from journeys.queries.sends import is_over
from surveys.actions.invitations import prolong_invitations

PROMISED = (OutreachState.PLANNED, OutreachState.DEFERRED)


@transaction.atomic
def pause_send(*, send: Send, actor: User | None) -> Send:
    """Hold a send: nobody else is asked, and what has not left stays here, until it goes on.

    Whoever is just being handed over is waited for: his message is then held with the others.
    """
    current = _held(send)
    if current.state in (SendState.PAUSED, SendState.CANCELLED):
        return current
    list(_promised(current).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    waiting = _not_left(current)
    if is_over(current) and not waiting:
        return current
    current.state, current.paused_at = SendState.PAUSED, timezone.now()
    current.save(update_fields=["state", "paused_at"])
    hold_back(organisation=current.organisation, message_ids=_unsettled(current))
    _record(current, actor, "send.paused")
    return current


@transaction.atomic
def resume_send(*, send: Send, actor: User | None) -> Send:
    """Go on where a send was paused; that it was makes nothing too late."""
    current = _held(send)
    if current.state != SendState.PAUSED or current.paused_at is None:
        return current
    held_for = timezone.now() - current.paused_at
    _promised(current).update(expires_at=F("expires_at") + held_for)
    _let_go(current, held_for)
    # Whether everybody has been decided for, and asked, is found out on the way.
    current.state, current.paused_at, current.finished_at = SendState.PLANNING, None, None
    current.save(update_fields=["state", "paused_at", "finished_at"])
    _record(current, actor, "send.resumed")
    enqueue("journeys.tasks.send_outreach", organisation_id=str(current.organisation_id))
    return current


@transaction.atomic
def cancel_send(*, send: Send, actor: User | None) -> Send:
    """Stop a send: nobody else is asked, and what has not left stays here."""
    current = _held(send)
    if is_over(current) and not _not_left(current):
        return current
    now = timezone.now()
    _promised(current).update(state=OutreachState.CANCELLED, decided_at=now)
    cancel_by_id(organisation=current.organisation, message_ids=_unsettled(current))
    current.state, current.finished_at, current.paused_at = SendState.CANCELLED, now, None
    current.save(update_fields=["state", "finished_at", "paused_at"])
    _record(current, actor, "send.cancelled")
    return current


def _let_go(send: Send, held_for: timedelta) -> None:
    """Let leave what was held back, towards doors that stay open as long as they would have."""
    organisation, held = send.organisation, _not_left(send)
    invited = Outreach.objects.within(organisation).filter(send=send, message__in=held)
    invitation_ids = list(invited.values_list("invitation_id", flat=True))
    prolong_invitations(organisation=organisation, invitation_ids=invitation_ids, by=held_for)
    prolong_conversations(organisation=organisation, invitation_ids=invitation_ids, by=held_for)
    let_go(organisation=organisation, message_ids=_unsettled(send), held_for=held_for)


def _held(send: Send) -> Send:
    """The send as it is now, held until the transaction ends."""
    rows = Send.objects.within(send.organisation_id).select_related("organisation")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=send.pk)


def _promised(send: Send) -> QuerySet[Outreach]:
    return Outreach.objects.within(send.organisation_id).filter(send=send, state__in=PROMISED)


def _not_left(send: Send) -> list[UUID]:
    """The messages of a send that have not left yet, held back or not."""
    return _messages(send, HERE_STATES)


def _unsettled(send: Send) -> list[UUID]:
    """Those, and the ones on their way that may come back."""
    return _messages(send, HERE_STATES | AWAY_STATES)


def _messages(send: Send, states: Collection[str]) -> list[UUID]:
    rows = Outreach.objects.within(send.organisation_id).filter(
        send=send, message__state__in=states
    )
    return list(rows.values_list("message_id", flat=True))


def _record(send: Send, actor: User | None, action: str) -> None:
    audit.record(
        organisation=send.organisation,
        actor=actor,
        action=action,
        target=str(send.pk),
        detail={"name": send.name},
    )
