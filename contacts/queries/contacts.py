"""Reads of the organisation's customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contacts.enums import ADDRESS_KINDS, ConsentPurpose, ConsentState, IdentityKind
from contacts.models import ConsentEvent, Contact, Identity, Suppression
from contacts.queries.stop_list import stops, value_hash
from cxhub.lib.ids import parse_uuid
from cxhub.lib.ordering import Column, Ordering, after_row
from cxhub.lib.rows import row_by_id


@dataclass(frozen=True)
class Standing:
    """What is in force for one contact on one channel, for surveys."""

    channel: str
    consent: str
    stop_reason: str

    @property
    def is_open(self) -> bool:
        """Whether this channel may carry a survey to the contact."""
        return self.consent == ConsentState.GRANTED and not self.stop_reason


def contacts(organisation: Organisation, search: str = "") -> QuerySet[Contact]:
    """The customers, newest first; the search looks at names, addresses and references."""
    rows = Contact.objects.within(organisation).prefetch_related("identities")
    words = search.strip()
    if words:
        held = Identity.objects.within(organisation).filter(
            contact=OuterRef("pk"), value__icontains=words.replace(" ", "")
        )
        rows = rows.filter(Q(name__icontains=words) | Exists(held))
    return rows.order_by("-created_at", "-pk")


COLUMNS = (
    Column("added", _("Added"), _("Oldest first"), _("Newest first"), ("pk",), starts_down=True),
    Column("name", _("Name"), _("Name, A to Z"), _("Name, Z to A"), ("sort_name", "pk")),
)


def contacts_after(
    organisation: Organisation, order: Ordering, row: Contact | None, search: str, size: int
) -> list[Contact]:
    """The next customers of a list, from its beginning or after one of them.

    By name, those without one come last, whichever way the names run.
    """
    found = contacts(organisation, search).order_by(*order.fields)
    if row is not None:
        found = found.filter(after_row(order.fields, row))
    if order.column.name != "name":
        return list(found[:size])
    named = [] if row and not row.sort_name else list(found.filter(sort_name__gt="")[:size])
    return [*named, *_nameless(organisation, row, search)[: size - len(named)]]


def _nameless(organisation: Organisation, row: Contact | None, search: str) -> QuerySet[Contact]:
    found = contacts(organisation, search).filter(sort_name="").order_by("-pk")
    return found.filter(pk__lt=row.pk) if row and not row.sort_name else found


def contact_by_id(organisation: Organisation, text: str) -> Contact | None:
    """The contact of an identifier as it is written in an address; None for anything else."""
    return row_by_id(contacts(organisation), parse_uuid(text))


def contact_for_address(organisation: Organisation, kind: str, value: str) -> Contact | None:
    """Whose normalised address this is."""
    held = (
        Identity.objects.within(organisation)
        .filter(kind=kind, value=value)
        .select_related("contact")
        .first()
    )
    return held.contact if held else None


def contacts_with_attribute(organisation: Organisation, name: str, value: str) -> QuerySet[Contact]:
    """Customers whose attribute has a value, whatever the case of its letters."""
    return (
        Contact.objects.within(organisation)
        .annotate(wanted=KeyTextTransform(name, "attributes"))
        .filter(wanted__iexact=value)
        .order_by("pk")
    )


def attribute_names(organisation: Organisation) -> list[str]:
    """The names of the attributes that the organisation's contacts carry."""
    keys = (
        Contact.objects.within(organisation)
        .annotate(key=Func(F("attributes"), function="jsonb_object_keys"))
        .order_by("key")
        .values_list("key", flat=True)
        .distinct()
    )
    return list(keys[:100])


def identities(contact: Contact) -> dict[str, str]:
    """The contact's addresses and reference by kind (uses what was prefetched)."""
    return {identity.kind: identity.value for identity in contact.identities.all()}


def standings(organisation: Organisation, people: Iterable[Contact]) -> dict[UUID, list[Standing]]:
    """Consent and stop-list state on each channel with an address, for a page of contacts."""
    rows = list(people)
    consents = _survey_consents(organisation, [contact.pk for contact in rows])
    values = {contact.pk: identities(contact) for contact in rows}
    hashes = {
        (kind, value): value_hash(organisation, kind, value)
        for held in values.values()
        for kind, value in held.items()
        if kind != IdentityKind.EXTERNAL
    }
    stopped = stops(organisation, hashes.values())
    result: dict[UUID, list[Standing]] = {}
    for contact_id, held in values.items():
        result[contact_id] = [
            Standing(
                channel=channel,
                consent=consents.get((contact_id, channel), ""),
                stop_reason=_reason(stopped.get(hashes[kind, held[kind]])),
            )
            for channel, kind in ADDRESS_KINDS.items()
            if kind in held
        ]
    return result


@dataclass(frozen=True)
class Card:
    """A contact as the screens show it."""

    contact: Contact
    email: str
    phone: str
    external_id: str
    standings: list[Standing]

    @property
    def may_be_asked(self) -> bool:
        """Whether any channel is open."""
        return any(standing.is_open for standing in self.standings)


def cards(organisation: Organisation, people: Iterable[Contact]) -> list[Card]:
    """A page of contacts with addresses and standing; the number of queries does not grow."""
    rows = list(people)
    found = standings(organisation, rows)
    result = []
    for contact in rows:
        held = identities(contact)
        card = Card(
            contact=contact,
            email=held.get(IdentityKind.EMAIL, ""),
            phone=held.get(IdentityKind.PHONE, ""),
            external_id=held.get(IdentityKind.EXTERNAL, ""),
            standings=found[contact.pk],
        )
        result.append(card)
    return result


def consented_channels(organisation: Organisation, contact: Contact) -> set[str]:
    """The channels on which the contact agrees to surveys."""
    consents = _survey_consents(organisation, [contact.pk])
    return {channel for (_pk, channel), state in consents.items() if state == ConsentState.GRANTED}


def latest_wording(organisation: Organisation, contact: Contact) -> str:
    """The words of the contact's newest consent to surveys."""
    granted = consent_history(organisation, contact).filter(
        purpose=ConsentPurpose.SURVEY, state=ConsentState.GRANTED
    )
    return granted.values_list("wording", flat=True).first() or ""


def consent_history(organisation: Organisation, contact: Contact) -> QuerySet[ConsentEvent]:
    """Every step of the contact's consents, newest first."""
    return (
        ConsentEvent.objects.within(organisation)
        .filter(contact=contact)
        .order_by("-effective_at", "-pk")
    )


def _survey_consents(
    organisation: Organisation, contact_ids: list[UUID]
) -> dict[tuple[UUID, str], str]:
    events = (
        ConsentEvent.objects.within(organisation)
        .filter(contact_id__in=contact_ids, purpose=ConsentPurpose.SURVEY)
        .order_by("contact_id", "channel", "-effective_at", "-state", "-pk")
        .distinct("contact_id", "channel")
        .values_list("contact_id", "channel", "state")
    )
    return {(contact_id, channel): state for contact_id, channel, state in events}


def _reason(step: Suppression | None) -> str:
    return str(step.get_reason_display()) if step else ""
