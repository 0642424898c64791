"""Handling events: each subscriber once per event, whatever runs twice."""

import logging
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import F, Func, TextField, Value

from cxhub.lib.tenancy import tenant
from events.models import DomainEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 20


def consume(
    subscriber: str,
    organisation_id: str,
    event_ids: Sequence[str],
    handle: Callable[[DomainEvent], None],
) -> int:
    """Run `handle` for each event that still waits for the subscriber; returns how many.

    An event, the effects of handling it and the mark that it was handled are one savepoint
    of one transaction. An event that raises keeps waiting; its neighbours go on.
    """
    handled = 0
    with tenant(organisation_id):
        waiting = (
            DomainEvent.objects.filter(organisation_id=organisation_id)
            .filter(pk__in=event_ids, pending__contains=[subscriber])
            .order_by("pk")
            .select_for_update(skip_locked=True)
        )
        for event in waiting:
            handled += _handle_one(event, subscriber, handle)
    return handled


def _handle_one(event: DomainEvent, subscriber: str, handle: Callable[[DomainEvent], None]) -> bool:
    try:
        with transaction.atomic():
            handle(event)
            DomainEvent.objects.filter(pk=event.pk).update(
                pending=Func(
                    F("pending"),
                    Value(subscriber, output_field=TextField()),
                    function="array_remove",
                )
            )
    except Exception as error:
        # The boundary of a subscriber: one poison event must not stop its neighbours. The
        # event stays pending, the relay rings again, and after MAX_ATTEMPTS it is dead.
        logger.exception("event_failed", extra={"event": str(event.pk), "subscriber": subscriber})
        DomainEvent.objects.filter(pk=event.pk).update(
            attempts=F("attempts") + 1, last_error=f"{subscriber}: {error!r}"[:2000]
        )
        return False
    return True
