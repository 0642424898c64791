"""Keeping many customers at once: each is taken or refused on his own."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Organisation
from contacts.actions.contacts import ContactDetails, upsert_contact
from contacts.exceptions import AmbiguousContact, ContactRefused, NothingIdentifies
from contacts.models import Contact

Refusal = ContactRefused | AmbiguousContact | NothingIdentifies
REFUSALS = (ContactRefused, AmbiguousContact, NothingIdentifies)


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: a contact, or why there is none."""

    contact: Contact | None = None
    is_new: bool = False
    refusal: Refusal | None = None


@transaction.atomic
def upsert_contacts(
    *, organisation: Organisation, rows: Iterable[ContactDetails], source: str, actor_label: str
) -> list[Outcome]:
    """One outcome for each, in their order; what a refused one had written is undone.

    A contact who comes twice is matched the second time.
    """
    return [
        _outcome(organisation, details, source=source, actor_label=actor_label) for details in rows
    ]


def _outcome(
    organisation: Organisation, details: ContactDetails, *, source: str, actor_label: str
) -> Outcome:
    try:
        # Its own savepoint: what was written of a refused one is undone.
        contact, is_new = upsert_contact(
            organisation=organisation, details=details, source=source, actor_label=actor_label
        )
    except REFUSALS as refusal:
        return Outcome(refusal=refusal)
    return Outcome(contact, is_new)
