"""Handing over what is due, a chunk at a time, whatever one row of it does."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.queries.lookups import organisations_from
from cxhub.lib.jobs import enqueue
from cxhub.lib.tenancy import tenant
from journeys.actions.batches import Batch, Pair, send_batch
from journeys.actions.sends import finish_sends, plan_chunk
from journeys.enums import JourneyState, OutreachReason, OutreachState, SendState
from journeys.models import Outreach, Send
from journeys.queries.places import places_of

logger = logging.getLogger(__name__)

CHUNK = 500
# Not a row's fault: the chunk is rolled back, and the bell rings again in two seconds.
PASSING = (OperationalError, InterfaceError, SoftTimeLimitExceeded)


def send_due_outreach() -> int:
    """Ring for every organisation with customers to ask; the clock calls it."""
    found = organisations_from("journeys_due_organisations")
    for organisation_id in found:
        enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation_id))
    return len(found)


def send_outreach(*, organisation_id: UUID) -> int:
    """Go on planning sends, then hand over one chunk of what is due; rings again for more.

    Runs twice without harm: rows that somebody else is handing over are skipped.
    """
    with tenant(organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        is_planned = all(plan_chunk(send=send) for send in _being_planned(organisation))
    with tenant(organisation_id):
        handed_over = _hand_over(organisation)
        if handed_over == CHUNK or not is_planned:
            enqueue("journeys.tasks.send_outreach", organisation_id=str(organisation_id))
    # Apart, once the rows are free: who cancels holds the send first and then its rows. It also
    # finishes what two workers emptied side by side, or one left behind when it died.
    with tenant(organisation_id):
        finish_sends(organisation=organisation, send_ids=_running(organisation))
    return handed_over


@transaction.atomic
def _hand_over(organisation: Organisation) -> int:
    now = timezone.now()
    due = list(
        Outreach.objects.within(organisation)
        .filter(state__in=[OutreachState.PLANNED, OutreachState.DEFERRED], due_at__lte=now)
        .exclude(journey_run__journey__state=JourneyState.PAUSED, expires_at__gt=now)
        .exclude(send__state=SendState.PAUSED)
        .order_by("due_at", "pk")
        .select_related("contact", "survey__current_version", "send", "journey_event")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)[:CHUNK]
    )
    # Looked at once the rows are ours: who pauses a send waits for its rows, or was here before.
    paused = _paused(organisation, due)
    asked: set[Pair] = set()
    for batch in _batches(organisation, [row for row in due if row.send_id not in paused]):
        asked |= _send_apart(organisation, batch, asked, now)
    return len(due)


def _batches(organisation: Organisation, due: Sequence[Outreach]) -> list[Batch]:
    places = places_of(organisation, due)
    groups: dict[tuple[UUID, str, str, UUID | None], list[Outreach]] = defaultdict(list)
    for row in due:
        place = places.get(row.pk)
        mode = row.send.mode if row.send else ""
        key = (row.survey_id, row.channel_kind, mode, place.pk if place else None)
        groups[key].append(row)
    return [
        Batch(rows[0].survey, kind, mode, places.get(rows[0].pk), rows)
        for (_survey, kind, mode, _place), rows in groups.items()
    ]


def _send_apart(
    organisation: Organisation, batch: Batch, asked_already: set[Pair], now: datetime
) -> set[Pair]:
    """Hand a batch over behind a savepoint; one that fails is halved until one row is left."""
    try:
        return send_batch(
            organisation=organisation, batch=batch, asked_already=asked_already, now=now
        )
    except PASSING:
        raise
    except Exception as error:
        # The boundary of a batch: a poison row must not stop its neighbours, nor come back.
        if len(batch.rows) == 1:
            _give_up(batch.rows[0], error, now)
            return set()
    middle = len(batch.rows) // 2
    asked: set[Pair] = set()
    for rows in (batch.rows[:middle], batch.rows[middle:]):
        part = replace(batch, rows=rows)
        asked |= _send_apart(organisation, part, asked_already | asked, now)
    return asked


def _give_up(row: Outreach, error: Exception, now: datetime) -> None:
    logger.error("outreach_fault", exc_info=error, extra={"outreach": str(row.pk)})
    Outreach.objects.within(row.organisation_id).filter(pk=row.pk).update(
        state=OutreachState.SUPPRESSED, reason=OutreachReason.FAULT, decided_at=now
    )


def _being_planned(organisation: Organisation) -> list[Send]:
    return list(Send.objects.within(organisation).filter(state=SendState.PLANNING).order_by("pk"))


def _paused(organisation: Organisation, due: Sequence[Outreach]) -> set[UUID]:
    wanted = {row.send_id for row in due if row.send_id is not None}
    if not wanted:
        return set()
    rows = Send.objects.within(organisation).filter(pk__in=wanted, state=SendState.PAUSED)
    return set(rows.values_list("pk", flat=True))


def _running(organisation: Organisation) -> list[UUID]:
    rows = Send.objects.within(organisation).filter(state=SendState.RUNNING)
    return list(rows.values_list("pk", flat=True))
