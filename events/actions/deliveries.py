"""Handling events: each subscriber once per event, whatever runs twice."""

import logging
from collections.abc import Callable, Sequence
from itertools import islice
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import F, Func, TextField, Value
from django.utils import timezone

from cxhub.lib.tenancy import tenant
from events.models import DomainEvent

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 20
BATCH = 50

Handle = Callable[[DomainEvent], None]
Choose = Callable[[Sequence[DomainEvent]], Sequence[DomainEvent]]


def consume(
    subscriber: str,
    organisation_id: str,
    event_ids: Sequence[str],
    handle: Handle,
    *,
    choose: Choose = lambda events: events,
) -> int:
    """Run `handle` for each event that still waits for the subscriber; returns how many.

    The effects and the mark that the event was handled are one transaction, of at most
    `BATCH` events. Two runs of one subscriber skip each other's events; different
    subscribers do not wait for each other. An event that raises keeps waiting, its
    neighbours go on. `choose` looks at a batch at once and returns the events that concern
    the subscriber; there is nothing to do for the others.
    """
    handled = 0
    if len(event_ids) > BATCH:
        event_ids = _still_waiting(subscriber, organisation_id, event_ids)
    rest = iter(sorted(event_ids))
    while batch := list(islice(rest, BATCH)):
        with tenant(organisation_id):
            handled += _consume_batch(subscriber, organisation_id, batch, handle, choose)
    return handled


def _still_waiting(subscriber: str, organisation_id: str, event_ids: Sequence[str]) -> list[str]:
    """Those that nobody handled meanwhile: a bell that rings late costs one look."""
    with tenant(organisation_id):
        events = DomainEvent.objects.filter(
            organisation_id=organisation_id, pk__in=event_ids, pending__contains=[subscriber]
        )
        return [str(pk) for pk in events.values_list("pk", flat=True)]


def _consume_batch(
    subscriber: str,
    organisation_id: str,
    event_ids: Sequence[str],
    handle: Handle,
    choose: Choose,
) -> int:
    held = _hold(subscriber, event_ids)
    waiting = list(
        DomainEvent.objects.filter(
            organisation_id=organisation_id, pk__in=held, pending__contains=[subscriber]
        ).order_by("pk")
    )
    concerning = choose(waiting)
    failures: dict[UUID, Exception] = {}
    if not _all_handled(concerning, handle):
        for event in concerning:
            if error := _error_of(event, handle):
                failures[event.pk] = error
    # The rows are locked last and in one order, so that other subscribers wait for a commit
    # at most, and never in a ring. What those wrote meanwhile is read once it is locked.
    rows = DomainEvent.objects.filter(
        organisation_id=organisation_id, pk__in=[event.pk for event in waiting]
    )
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows.exclude(pk__in=failures).update(pending=_without(subscriber))
    for event in rows.filter(pk__in=failures):
        _record_failure(event, subscriber, failures[event.pk])
    return len(waiting) - len(failures)


def _hold(subscriber: str, event_ids: Sequence[str]) -> list[str]:
    """Those of the events that no other run of the subscriber has in hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text FROM unnest(%s::uuid[]) AS wanted(id) "
            "WHERE pg_try_advisory_xact_lock(hashtextextended(%s || id::text, 0))",
            [list(event_ids), f"{subscriber}:"],
        )
        return [row[0] for row in cursor.fetchall()]


def _all_handled(events: Sequence[DomainEvent], handle: Handle) -> bool:
    """Handle a batch under one savepoint; whatever goes wrong in it, nothing was done."""
    try:
        with transaction.atomic():
            for event in events:
                handle(event)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        # Each is tried again by itself, and the one that fails is told there.
        return False
    return True


def _error_of(event: DomainEvent, handle: Handle) -> Exception | None:
    try:
        with transaction.atomic():
            handle(event)
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        # The boundary of a subscriber: one poison event must not stop its neighbours. The
        # event stays pending and the relay rings again, less and less often; after
        # MAX_ATTEMPTS it is dead for this subscriber, until somebody replays it.
        return error
    return None


def _record_failure(event: DomainEvent, subscriber: str, error: Exception) -> None:
    attempts = event.failures.get(subscriber, 0) + 1
    is_dead = attempts >= MAX_ATTEMPTS
    logger.error(
        "event_dead" if is_dead else "event_failed",
        exc_info=error,
        extra={"event": str(event.pk), "subscriber": subscriber, "attempts": attempts},
    )
    event.failures = event.failures | {subscriber: attempts}
    event.last_error = f"{subscriber}: {error!r}"[:2000]
    fields = ["failures", "last_error"]
    if is_dead:
        event.pending = [name for name in event.pending if name != subscriber]
        event.dead = [*event.dead, subscriber]
        fields += ["pending", "dead"]
    event.save(update_fields=fields)


def replay(event: DomainEvent, *, subscriber: str = "") -> None:
    """Let those that gave an event up, or one of them, try it again; the relay rings at once."""
    with transaction.atomic():
        locked, those = _given_up(event, subscriber)
        locked.pending = sorted({*locked.pending, *those})
        locked.dead = [name for name in locked.dead if name not in those]
        locked.failures = {who: times for who, times in locked.failures.items() if who not in those}
        locked.ring_after = timezone.now()
        locked.save(update_fields=["pending", "dead", "failures", "ring_after"])


def dismiss(event: DomainEvent, *, subscriber: str = "") -> None:
    """Leave undone what was given up, or what one of them gave up.

    Once nobody is left, the event is forgotten like one that was handled.
    """
    with transaction.atomic():
        locked, those = _given_up(event, subscriber)
        logger.warning("event_dismissed", extra={"event": str(event.pk), "dead": sorted(those)})
        locked.dead = [name for name in locked.dead if name not in those]
        locked.save(update_fields=["dead"])


def _given_up(event: DomainEvent, subscriber: str) -> tuple[DomainEvent, set[str]]:
    """The event, locked, and who gave it up: everybody, or the one that is named."""
    rows = DomainEvent.objects.within(event.organisation_id)
    locked = rows.select_for_update(no_key=True).get(pk=event.pk)
    return locked, {name for name in locked.dead if subscriber in ("", name)}


def _without(subscriber: str) -> Func:
    removed = Value(subscriber, output_field=TextField())
    return Func(F("pending"), removed, function="array_remove")
