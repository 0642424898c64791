"""Ringing again for events whose bell was lost."""

import logging
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.actions.rounds import for_each_organisation
from cxhub.lib.tenancy import tenant
from events.actions.outbox import ring_subscriber
from events.models import DomainEvent

logger = logging.getLogger(__name__)

BATCH = 500
RING_AGAIN_AFTER = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def relay() -> int:
    """Ring for every organisation's waiting events; returns how many events were rung for."""
    return for_each_organisation("events_due_organisations", _relay_one)


def pause(event: DomainEvent) -> timedelta:
    """How long until the next bell: 30 s, doubled with each failure, an hour at most."""
    failures = int(max(event.failures.values(), default=0))
    return min(RING_AGAIN_AFTER * (1 << failures), LONGEST_PAUSE)


def _relay_one(organisation_id: UUID) -> int:
    with tenant(organisation_id):
        due = list(
            DomainEvent.objects.within(organisation_id)
            .exclude(pending=[])
            .filter(ring_after__lte=timezone.now())
            .order_by("ring_after")
            .select_for_update(skip_locked=True, no_key=True)[:BATCH]
        )
        by_subscriber: dict[str, list[str]] = defaultdict(list)
        for event in due:
            for subscriber in event.pending:
                by_subscriber[subscriber].append(str(event.pk))
        for event in due:
            event.ring_after = timezone.now() + pause(event)
        DomainEvent.objects.bulk_update(due, ["ring_after"])
        for subscriber, event_ids in by_subscriber.items():
            _ring(subscriber, organisation_id, event_ids)
    return len(due)


def _ring(subscriber: str, organisation_id: UUID, event_ids: list[str]) -> None:
    try:
        ring_subscriber(subscriber, organisation_id, event_ids)
    except ImportError:
        # Renamed or taken out since: its events wait, and the others' bells still ring.
        logger.exception("subscriber_gone", extra={"subscriber": subscriber})
