"""Reads of the outbox."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from events.models import DomainEvent


def given_up(
    organisation_id: UUID, *, subscriber: str = "", ids: Collection[UUID] = ()
) -> QuerySet[DomainEvent]:
    """Events that a subscriber gave up, oldest first; all of them, or those that are named."""
    rows = DomainEvent.objects.within(organisation_id).exclude(dead=[]).order_by("created_at", "id")
    if subscriber:
        rows = rows.filter(dead__contains=[subscriber])
    return rows.filter(pk__in=ids) if ids else rows
