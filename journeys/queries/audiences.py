"""Who a send is for."""

from collections.abc import Sequence
from typing import Literal, TypedDict
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Right

from accounts.models import Organisation
from contacts.models import Contact
from contacts.queries.contacts import contacts_with_attribute

DIGITS = 6

Kind = Literal["all", "contacts", "attribute"]


class Audience(TypedDict, total=False):
    """Everybody, chosen people, or those with a value of an attribute."""

    kind: Kind
    contacts: list[str]
    name: str
    value: str


def audience_contacts(organisation: Organisation, audience: Audience) -> QuerySet[Contact]:
    """The contacts of an audience, in the order in which they are planned."""
    kind = audience.get("kind", "all")
    if kind == "attribute":
        return contacts_with_attribute(
            organisation, audience.get("name", ""), audience.get("value", "")
        )
    rows = Contact.objects.within(organisation).order_by("pk")
    return rows.filter(pk__in=audience.get("contacts", [])) if kind == "contacts" else rows


def sample(everybody: QuerySet[Contact], share: float) -> QuerySet[Contact]:
    """About that share of the contacts, old and new alike, and the same ones each time.

    Identifiers end in random digits, so those that end low stand for all.
    """
    ending = Right(Cast("pk", TextField()), DIGITS)
    below = f"{int(share * 16**DIGITS):0{DIGITS}x}"
    return everybody.annotate(ending=ending).filter(ending__lt=below)


def unknown_contacts(organisation: Organisation, wanted: Sequence[UUID]) -> set[UUID]:
    """Those identifiers that are no contact of the organisation."""
    known = Contact.objects.within(organisation).filter(pk__in=wanted)
    return set(wanted) - set(known.values_list("pk", flat=True))
