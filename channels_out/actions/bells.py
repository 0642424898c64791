"""Ringing for messages that are due; the rows themselves are the work."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.actions.rounds import for_each_organisation
from channels_out.enums import CLAIMABLE_STATES, MessageState, Purpose
from channels_out.models import Message
from channels_out.models.message import UNDER_WAY
from cxhub.lib.jobs import enqueue
from cxhub.lib.tenancy import tenant

CHUNK = 2000  # messages per task, which sends them slice by slice
BATCH = 5 * CHUNK
RING_AGAIN_AFTER = timedelta(seconds=20)

# Words that somebody waits for do not stand in line behind a batch of ten thousand.
QUEUES = {
    Purpose.ALERT: "alerts",
    Purpose.REPLY: "inbound",
    Purpose.NOTICE: "inbound",
    Purpose.TEST: "inbound",
}


def ring(organisation_id: UUID, kind: str, messages: Iterable[tuple[UUID, str]]) -> None:
    """Ring, on commit, for messages (id, purpose) of one kind of channel, in chunks."""
    by_queue: dict[str, list[str]] = defaultdict(list)
    for message_id, purpose in messages:
        by_queue[QUEUES.get(Purpose(purpose), kind)].append(str(message_id))
    for queue, ids in by_queue.items():
        for start in range(0, len(ids), CHUNK):
            enqueue(
                "channels_out.tasks.deliver_messages",
                queue=queue,
                organisation_id=str(organisation_id),
                message_ids=ids[start : start + CHUNK],
            )


def deliver_due() -> int:
    """Ring for every message that is due and was not rung for lately; returns how many."""
    return for_each_organisation("channels_out_due_organisations", _ring_due)


def _ring_due(organisation_id: UUID) -> int:
    with tenant(organisation_id):
        expire(organisation_id)
        due = list(
            Message.objects.within(organisation_id)
            .filter(UNDER_WAY, state__in=CLAIMABLE_STATES)
            .filter(next_attempt_at__lte=Now(), ring_after__lte=Now())
            .order_by("next_attempt_at")
            .select_for_update(skip_locked=True, of=("self",), no_key=True)
            .values_list("pk", "purpose", "channel_id", "channel__kind")[:BATCH]
        )
        Message.objects.within(organisation_id).filter(pk__in=[row[0] for row in due]).update(
            ring_after=Now() + RING_AGAIN_AFTER
        )
        by_channel: dict[tuple[UUID, str], list[tuple[UUID, str]]] = defaultdict(list)
        for pk, purpose, channel_id, kind in due:
            by_channel[channel_id, kind].append((pk, purpose))
        for (_channel, kind), messages in by_channel.items():
            ring(organisation_id, kind, messages)
    return len(due)


@transaction.atomic
def expire(organisation_id: UUID) -> int:
    """Give up messages whose time has passed before they left: late is wrong."""
    return (
        Message.objects.within(organisation_id)
        .filter(UNDER_WAY, state__in=CLAIMABLE_STATES)
        .filter(next_attempt_at__lte=Now(), expires_at__lte=Now())
        .update(state=MessageState.EXPIRED, settled_at=Now(), sealed_slots="")
    )
