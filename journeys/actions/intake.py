"""What happened at the customer's business: stored once, and what it makes us ask."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict, cast

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from contacts.actions.contacts import ContactDetails, normalised, upsert_contact
from contacts.enums import ConsentSource
from contacts.models import Contact
from contacts.queries.contacts import contact_for_address
from cxhub.lib.ids import uuid7
from journeys.actions.planning import Source, plan_outreach
from journeys.enums import JourneyState, RunState
from journeys.exceptions import EventInTheFuture
from journeys.models import Journey, JourneyEvent, JourneyRun, JourneyVersion, Touchpoint
from surveys.models import Survey

Properties = Mapping[str, object]

# Clocks differ a little; a date next week is a mistake of the caller.
TOLERANCE = timedelta(minutes=10)


class MapPoint(TypedDict):
    """A touchpoint as a published version describes it."""

    id: str
    name: str
    event_type: str
    delay_minutes: int
    survey: str | None
    channel_kind: str
    owner: str | None
    is_moment_of_truth: bool


@dataclass(frozen=True)
class Told:
    """What somebody says has happened."""

    type: str
    occurred_at: datetime
    properties: Properties

    def key_for(self, contact: Contact) -> str:
        """The content as a key: the same of the same customer is the same event."""
        properties = json.dumps(dict(self.properties), sort_keys=True, default=str)
        content = f"{self.type}|{contact.pk}|{self.occurred_at.timestamp():.6f}|{properties}"
        return f"event:{hashlib.sha256(content.encode()).hexdigest()}"


@transaction.atomic
def record_event(
    *,
    organisation: Organisation,
    type: str,
    occurred_at: datetime,
    details: ContactDetails,
    properties: Properties | None = None,
) -> tuple[JourneyEvent, bool]:
    """Store an event once and plan what live journeys ask because of it.

    Says whether it was new. Twice the same (type, customer, moment and properties) is once; a
    late repetition changes nothing, neither what is asked nor what is known of the customer.
    """
    now = timezone.now()
    if occurred_at > now + TOLERANCE:
        raise EventInTheFuture
    told = Told(type, occurred_at, properties or {})
    known = _known(organisation, told, details)
    if known is not None:
        return known, False
    contact, _created = upsert_contact(
        organisation=organisation, details=details, source=ConsentSource.API
    )
    fresh = JourneyEvent(
        pk=uuid7(),
        organisation=organisation,
        contact=contact,
        type=type,
        occurred_at=occurred_at,
        properties=dict(told.properties),
        dedupe_key=told.key_for(contact),
    )
    # Two at the same time: the second waits here for the first.
    JourneyEvent.objects.bulk_create([fresh], ignore_conflicts=True)
    stored = JourneyEvent.objects.within(organisation).get(dedupe_key=fresh.dedupe_key)
    if stored.pk != fresh.pk:
        return stored, False
    stored.contact = contact
    for journey in _live_journeys(organisation):
        _follow(organisation, journey, stored, now)
    return stored, True


def _follow(
    organisation: Organisation, journey: Journey, event: JourneyEvent, now: datetime
) -> None:
    """Let one journey react: the customer's way through it begins, or goes on as it is now."""
    version = journey.current_version
    if version is None or not _points(version, event.type):
        return
    run, _is_new = JourneyRun.objects.within(organisation).get_or_create(
        organisation=organisation,
        journey=journey,
        contact=event.contact,
        state=RunState.ACTIVE,
        defaults={"version": version},
    )
    # Who was on his way before the map changed is asked at the new touchpoints too.
    run.version, run.last_event_at = version, now
    run.save(update_fields=["version", "last_event_at"])
    for point in _points(version, event.type):
        _plan(organisation, run, event, point)


def _plan(
    organisation: Organisation, run: JourneyRun, event: JourneyEvent, point: MapPoint
) -> None:
    touchpoint = Touchpoint.objects.within(organisation).filter(pk=point["id"]).first()
    survey = (
        Survey.objects.within(organisation)
        .select_related("current_version")
        .filter(pk=str(point["survey"]))
        .first()
    )
    if touchpoint is None or survey is None:
        return
    plan_outreach(
        organisation=organisation,
        survey=survey,
        channel_kind=point["channel_kind"],
        contacts=[event.contact],
        source=Source(journey_run=run, journey_event=event, touchpoint=touchpoint),
        due_at=event.occurred_at + timedelta(minutes=point["delay_minutes"]),
    )


def _live_journeys(organisation: Organisation) -> list[Journey]:
    return list(
        Journey.objects.within(organisation)
        .filter(state=JourneyState.LIVE)
        .select_related("current_version")
        .order_by("pk")
    )


def _points(version: JourneyVersion, event_type: str) -> list[MapPoint]:
    """The touchpoints of a version that react to a type of event and ask something."""
    stages = version.definition["stages"]
    points = [cast(MapPoint, point) for stage in stages for point in stage["touchpoints"]]
    return [
        point
        for point in points
        if point["event_type"] == event_type and point["survey"] and point["channel_kind"]
    ]


def _known(organisation: Organisation, told: Told, details: ContactDetails) -> JourneyEvent | None:
    """The same event as it was told before, of any contact that the details identify."""
    values = normalised(
        organisation,
        email=details.email or "",
        phone=details.phone or "",
        external_id=details.external_id or "",
    )
    found = [contact_for_address(organisation, kind, value) for kind, value in values.items()]
    keys = {told.key_for(contact) for contact in found if contact is not None}
    return JourneyEvent.objects.within(organisation).filter(dedupe_key__in=keys).first()
