"""What goes on in a demo company besides answering: rollups, alerts, cases, a journey, a send."""

from collections.abc import Sequence
from itertools import islice

from django.utils.module_loading import import_string

from accounts.models import Membership, Organisation
from alerts.actions.rules import create_detractor_rule
from contacts.models import Contact
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from cxhub.management.demo.worlds import World
from events.models import DomainEvent
from journeys.actions.mapping import (
    TouchpointDetails,
    create_journey,
    publish_journey,
    save_touchpoint,
)
from journeys.actions.sends import start_send
from journeys.models import Stage
from surveys.actions.responses import Door, Submission, submit_response
from surveys.enums import CollectorKind
from surveys.models import Collector, Survey

CHUNK = 200
UNHAPPY = 2
ASKED = slice(1, 7)  # every twelfth customer did not agree to be asked
RECEIVING = 3

JOURNEYS = {
    "fr": ("Parcours achat en ligne", "Livraison"),
    "en": ("Online purchase", "Delivery"),
}


def settle(organisation: Organisation) -> None:
    """Let each subscriber handle what has happened, as the workers would, but now."""
    with tenant(organisation.pk):
        events = DomainEvent.objects.within(organisation).exclude(pending=[]).order_by("pk")
        waiting: dict[str, list[str]] = {}
        for event in events:
            for subscriber in event.pending:
                waiting.setdefault(subscriber, []).append(str(event.pk))
    for subscriber, event_ids in waiting.items():
        task = import_string(subscriber)
        rest = iter(event_ids)
        while chunk := list(islice(rest, CHUNK)):
            task(organisation_id=str(organisation.pk), event_ids=chunk)


def start_watching(organisation: Organisation, world: World, survey: Survey) -> None:
    """Switch the detractor alert on, and let a few unhappy customers come by."""
    lead = Membership.objects.within(organisation).get(user__email=world.people[1].email)
    create_detractor_rule(survey=survey, recipients=[lead], is_active=True, created_by=lead.user)
    placements = Collector.objects.within(organisation).filter(survey=survey, kind=CollectorKind.QR)
    for number, collector in enumerate(placements[:UNHAPPY]):
        submit_response(
            Submission(
                door=Door(code=collector.code),
                submission_id=uuid7(),
                answers={"q1": 1 + number, "q2": world.comments["detractor"][number]},
                language=world.language,
            )
        )


def start_asking(
    organisation: Organisation, world: World, surveys: Sequence[Survey], contacts: Sequence[Contact]
) -> None:
    """A journey that asks after each delivery, and a send to a few customers."""
    owner = Membership.objects.within(organisation).get(user__email=world.people[0].email)
    journey_name, point_name = JOURNEYS[world.language]
    journey = create_journey(
        organisation=organisation, name=journey_name, template="blank", created_by=owner.user
    )
    stages = Stage.objects.within(organisation).filter(journey=journey).order_by("position")
    save_touchpoint(
        stage=stages[RECEIVING],
        touchpoint=None,
        details=TouchpointDetails(
            name=point_name,
            event_type="order.delivered",
            delay_minutes=120,
            survey=surveys[1],
            channel_kind="email",
            owner=owner,
            is_moment_of_truth=True,
        ),
    )
    publish_journey(journey=journey)
    start_send(
        organisation=organisation,
        survey=surveys[0],
        channel_kind="email",
        audience={"kind": "contacts", "contacts": [str(one.pk) for one in contacts[ASKED]]},
        created_by=owner.user,
    )
