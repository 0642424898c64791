"""Factories of the journeys app; the tenant must be set."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from journeys.actions.sends import start_send
from journeys.models import Journey, Outreach, Send, Stage, Touchpoint
from surveys.models import Survey


class SendFactory(DjangoModelFactory):
    class Meta:
        model = Send

    name = factory.Sequence(lambda n: f"Send {n}")
    channel_kind = "email"
    audience = factory.LazyFunction(lambda: {"kind": "all"})
    state = "running"
    organisation = factory.SelfAttribute("survey.organisation")


class OutreachFactory(DjangoModelFactory):
    class Meta:
        model = Outreach

    channel_kind = "email"
    state = "planned"
    due_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.due_at + timedelta(hours=72))
    organisation = factory.SelfAttribute("contact.organisation")


class JourneyFactory(DjangoModelFactory):
    class Meta:
        model = Journey

    name = factory.Sequence(lambda n: f"Journey {n}")


class StageFactory(DjangoModelFactory):
    class Meta:
        model = Stage

    name = factory.Sequence(lambda n: f"Stage {n}")
    position = factory.Sequence(lambda n: n)
    organisation = factory.SelfAttribute("journey.organisation")


class TouchpointFactory(DjangoModelFactory):
    class Meta:
        model = Touchpoint

    name = factory.Sequence(lambda n: f"Touchpoint {n}")
    position = factory.Sequence(lambda n: n)
    journey = factory.SelfAttribute("stage.journey")
    organisation = factory.SelfAttribute("stage.organisation")


def started(survey: Survey, channel_kind: str = "email", **options: object) -> Send:
    """A send as its page starts it, to everybody unless options say otherwise."""
    options = {"audience": {"kind": "all"}, "created_by": None, **options}
    return start_send(
        organisation=survey.organisation, survey=survey, channel_kind=channel_kind, **options
    )
