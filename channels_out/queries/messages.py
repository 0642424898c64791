"""Reads of messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from accounts.models import Organisation
from channels_out.enums import MessageState
from channels_out.models import Channel, Message


def counts_by_state(
    organisation: Organisation, message_ids: Iterable[UUID] | QuerySet[Message]
) -> dict[str, int]:
    """How many of some messages are in each state; every state is named, also with 0."""
    found: dict[str, int] = dict(
        Message.objects.within(organisation)
        .filter(pk__in=cast(Any, message_ids))
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    return {str(state): int(found.get(state, 0)) for state in MessageState}


def tests_since(organisation: Organisation, since: datetime) -> int:
    """How many test messages were queued since then."""
    return (
        Message.objects.within(organisation)
        .filter(dedupe_key__startswith="test:", created_at__gte=since)
        .count()
    )


def last_sent(organisation: Organisation, channels: Sequence[Channel]) -> dict[UUID, datetime]:
    """When each channel last handed a message over."""
    rows = (
        Message.objects.within(organisation)
        .filter(channel__in=channels, sent_at__isnull=False)
        .order_by()
        .values_list("channel_id")
        .annotate(at=Max("sent_at"))
    )
    return dict(rows)
