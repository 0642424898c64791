"""Where something happened, as an event names it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from accounts.models import Organisation, Place
from journeys.models import Outreach

PROPERTY = "place"


def places_of(organisation: Organisation, rows: Sequence[Outreach]) -> dict[UUID, Place]:
    """The place of each outreach whose event names one, by its code or its name.

    What happened at a place that was archived since happened there.
    """
    named = {row.pk: name for row in rows if (name := _named(row))}
    if not named:
        return {}
    known: dict[str, Place] = {}
    for place in Place.objects.within(organisation).order_by(F("archived_at").asc(nulls_last=True)):
        known[place.name.casefold()] = place
        if place.code:
            known[place.code.casefold()] = place
    return {pk: known[name] for pk, name in named.items() if name in known}


def _named(row: Outreach) -> str:
    event = row.journey_event
    value = event.properties.get(PROPERTY) if event is not None else None
    return value.strip().casefold() if isinstance(value, str) else ""
