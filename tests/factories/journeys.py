"""Factories of the journeys app; the tenant must be set."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from journeys.models import Journey, Outreach, Send, Stage, Touchpoint


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
