"""Telling the rest of the house what became of messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from channels_out.enums import FailureReason, MessageState
from contacts.enums import ADDRESS_KINDS
from cxhub.subscriptions import SUBSCRIPTIONS
from events.actions.outbox import Payload, publish_many

# The address itself is to blame: writing to it again would fail again.
BOUNCES = frozenset(
    {FailureReason.INVALID_ADDRESS, FailureReason.NOT_SMS_CAPABLE, FailureReason.OPTED_OUT}
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A message that reached its end."""

    id: str
    contact_id: UUID | str | None
    state: MessageState
    reason: str
    address: str


def announce(organisation_id: UUID, kind: str, messages: Sequence[Settled]) -> None:
    """Publish delivered, failed and bounced messages; must run in the transaction that moved them.

    A kind of event that nobody is subscribed to is not written: the message's own events
    already hold the fact, and a batch of ten thousand would write it ten thousand times.
    """
    events: dict[str, list[Payload]] = {
        "message.delivered": [],
        "message.failed": [],
        "message.bounced": [],
    }
    for message in messages:
        payload = _payload(kind, message)
        if message.state == MessageState.DELIVERED:
            events["message.delivered"].append(payload)
        elif message.state in (MessageState.FAILED, MessageState.UNDELIVERED):
            events["message.failed"].append(payload)
            if message.reason in BOUNCES:
                events["message.bounced"].append(payload)
    for event_kind, payloads in events.items():
        if payloads and SUBSCRIPTIONS.get(event_kind):
            publish_many(organisation=organisation_id, kind=event_kind, payloads=payloads)


def _payload(kind: str, message: Settled) -> Payload:
    return {
        "message": message.id,
        "contact": str(message.contact_id) if message.contact_id else None,
        "reason": message.reason,
        "address": message.address,
        "address_kind": str(ADDRESS_KINDS[kind]) if kind in ADDRESS_KINDS else "",
    }
