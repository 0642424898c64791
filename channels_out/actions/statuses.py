"""What providers report about messages, in any order, as often as they like."""

import logging
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce, Now

from channels_out.actions.facts import Settled, announce
from channels_out.enums import RANKS, MessageState
from channels_out.kinds.base import StatusUpdate
from channels_out.models import Channel, Message, MessageEvent
from cxhub.lib.tallies import tally

logger = logging.getLogger(__name__)

UNMAPPED = "unmapped"
SID_CONFLICT = "sid_conflict"
LATE_DELIVERY = "late_delivery"

_LEFT = frozenset({MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED})


@transaction.atomic
def record_status(
    *, channel: Channel, message_id: UUID, update: StatusUpdate, event_id: str = ""
) -> Message | None:
    """Store a report once and move its message up, never down; None if it is not the channel's."""
    message = (
        Message.objects.within(channel.organisation_id)
        .filter(channel=channel, pk=message_id)
        .select_for_update(no_key=True)
        .first()
    )
    if message is None:
        return None
    note = _note(message, update)
    MessageEvent.objects.bulk_create(
        [
            MessageEvent(
                organisation_id=channel.organisation_id,
                message=message,
                status=update.word or UNMAPPED,
                provider_id=update.provider_id,
                provider_event_id=event_id,
                error_code=update.code,
                note=note,
            )
        ],
        ignore_conflicts=True,
    )
    if note == SID_CONFLICT:
        _warn_of_conflict(channel, message)
    elif update.state is None:
        # A word that the provider has begun to use: an operator counts these lines.
        logger.warning("status_unmapped", extra={"word": update.word, "channel": str(channel.pk)})
        transaction.on_commit(partial(tally, "status_unmapped"))
    else:
        move_up(channel, message, update)
    return message


def move_up(channel: Channel, message: Message, update: StatusUpdate) -> bool:
    """Apply a report if it is news: only to a state of higher rank, decided by the database."""
    state = update.state
    if state is None:
        return False
    lower = [known for known, rank in RANKS.items() if rank < RANKS[state]]
    changes: dict[str, object] = {
        "state": state,
        "reason": str(update.reason or ""),
        "error_code": update.code,
        "sealed_slots": "",
        "lease_until": None,
    }
    if not message.provider_id:
        changes["provider_id"] = update.provider_id
    if state in _LEFT:
        changes["sent_at"] = Coalesce("sent_at", Now())
    if state.is_terminal:
        changes["settled_at"] = Now()
    rows = Message.objects.within(channel.organisation_id).filter(pk=message.pk, state__in=lower)
    try:
        with transaction.atomic():
            has_moved = rows.update(**changes) == 1
    except IntegrityError:
        _warn_of_conflict(channel, message)
        return False
    if has_moved and state.is_terminal:
        reason = str(update.reason or "")
        settled = Settled(str(message.pk), message.contact_id, state, reason, message.to)
        announce(channel.organisation_id, channel.kind, [settled])
    return has_moved


def _warn_of_conflict(channel: Channel, message: Message) -> None:
    """Two messages at the provider for one of ours: an operator must know."""
    logger.error("sid_conflict", extra={"message_id": str(message.pk), "channel": str(channel.pk)})
    transaction.on_commit(partial(tally, "sid_conflict"))


def _note(message: Message, update: StatusUpdate) -> str:
    if message.provider_id and update.provider_id != message.provider_id:
        return SID_CONFLICT
    if update.state is None:
        return UNMAPPED
    is_late = message.state == MessageState.UNDELIVERED and update.state == MessageState.DELIVERED
    return LATE_DELIVERY if is_late else ""
