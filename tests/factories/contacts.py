"""Factories of the contacts app; the tenant must be set."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from contacts.enums import ConsentPurpose, ConsentSource, ConsentState, IdentityKind
from contacts.models import ConsentEvent, Contact, Identity


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    name = factory.Sequence(lambda n: f"Customer {n}")
    language = "en"


class IdentityFactory(DjangoModelFactory):
    class Meta:
        model = Identity

    kind = IdentityKind.EMAIL
    value = factory.Sequence(lambda n: f"customer{n}@example.org")
    organisation = factory.SelfAttribute("contact.organisation")


class ConsentEventFactory(DjangoModelFactory):
    class Meta:
        model = ConsentEvent

    channel = "email"
    purpose = ConsentPurpose.SURVEY
    state = ConsentState.GRANTED
    source = ConsentSource.API
    wording = "I agree to be asked about my order."
    effective_at = factory.LazyFunction(timezone.now)
    organisation = factory.SelfAttribute("contact.organisation")


def reachable(organisation, number=0, *, channels=("email", "sms"), **contact):
    """A contact with an address and a consent on each channel."""
    row = ContactFactory(organisation=organisation, **contact)
    if "email" in channels:
        IdentityFactory(contact=row, value=f"customer{number}@shop.example")
        ConsentEventFactory(contact=row, channel="email")
    if "sms" in channels:
        IdentityFactory(contact=row, kind="phone", value=f"+3363998{number:04d}")
        ConsentEventFactory(contact=row, channel="sms")
    return row
