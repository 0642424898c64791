"""Announcing facts: written with their cause, told after the commit."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from cxhub.lib.jobs import enqueue
from cxhub.subscriptions import SUBSCRIPTIONS
from events.models import DomainEvent

Payload = dict[str, str | int | bool | list[str] | None]

RING_AGAIN_AFTER = timedelta(seconds=10)
CHUNK = 200


def publish(*, organisation: Organisation | UUID, kind: str, payload: Payload) -> DomainEvent:
    """Announce one fact; must run in the transaction of its cause."""
    return publish_many(organisation=organisation, kind=kind, payloads=[payload])[0]


def publish_many(
    *, organisation: Organisation | UUID, kind: str, payloads: list[Payload]
) -> list[DomainEvent]:
    """Announce many facts of one kind, ringing each subscriber once per chunk."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event is published in the transaction of its cause.")
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    subscribers = SUBSCRIPTIONS.get(kind, [])
    events = DomainEvent.objects.bulk_create(
        DomainEvent(
            organisation_id=organisation_id,
            kind=kind,
            payload=payload,
            pending=subscribers,
            ring_after=timezone.now() + RING_AGAIN_AFTER,
        )
        for payload in payloads
    )
    ring(organisation_id, kind, [str(event.pk) for event in events])
    return events


def ring(organisation_id: UUID, kind: str, event_ids: list[str]) -> None:
    """Tell the kind's subscribers, on commit, that events wait for them."""
    for subscriber in SUBSCRIPTIONS.get(kind, []):
        ring_subscriber(subscriber, organisation_id, event_ids)


def ring_subscriber(
    subscriber: str, organisation_id: UUID | str, event_ids: Sequence[str], chunk: int = CHUNK
) -> None:
    """Tell one subscriber, on commit, that events wait for him: so many in a message."""
    for start in range(0, len(event_ids), chunk):
        enqueue(
            subscriber,
            organisation_id=str(organisation_id),
            event_ids=list(event_ids[start : start + chunk]),
        )
