"""Factories of the cases app; each needs the tenant to be set."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cases.models import Case


class CaseFactory(DjangoModelFactory):
    """A new case of a response, due tomorrow."""

    class Meta:
        model = Case

    organisation = factory.SelfAttribute("response.organisation")
    contact = factory.SelfAttribute("response.contact")
    number = factory.Sequence(lambda n: n + 1)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=24))
