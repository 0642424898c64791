"""Keeping customers: written by hand, or matched by what identifies them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from contacts.actions.consent import grant_consent
from contacts.enums import IdentityKind
from contacts.exceptions import (
    AmbiguousContact,
    AttributesRefused,
    ContactRefused,
    EmailRefused,
    IdentityTaken,
    NothingIdentifies,
    PhoneRefused,
)
from contacts.models import Contact, Identity
from cxhub.lib import emails, phones

Attribute = str | int | float | bool | None
Attributes = Mapping[str, Attribute]

MAX_NAME = 120
MAX_EXTERNAL = 120
MAX_ATTRIBUTES = 50
MAX_ATTRIBUTE_NAME = 60
MAX_ATTRIBUTE_VALUE = 500


@dataclass(frozen=True)
class ConsentGiven:
    """A consent that comes with the details of a contact."""

    channel: str
    purpose: str
    wording: str = ""
    language: str = ""


@dataclass(frozen=True)
class ContactDetails:
    """What is known of a customer; None is "not said" and changes nothing."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    language: str | None = None
    attributes: Attributes | None = None
    consents: Sequence[ConsentGiven] = field(default=())


@transaction.atomic
def save_contact(
    *,
    organisation: Organisation,
    contact: Contact | None,
    name: str = "",
    language: str = "",
    email: str = "",
    phone: str = "",
    external_id: str = "",
    attributes: Attributes | None = None,
) -> Contact:
    """Create a contact (None), or make one exactly what is given; "" removes an address."""
    values = normalised(organisation, email=email, phone=phone, external_id=external_id)
    row = contact or Contact(organisation=organisation)
    wanted: dict[str, object] = {
        "name": _short(name, "name", MAX_NAME),
        "language": known_language(language),
    }
    if attributes is not None:
        wanted["attributes"] = checked_attributes(attributes)
    _write(row, wanted)
    for kind in IdentityKind:
        _set_identity(row, kind, values.get(kind, ""))
    return row


@transaction.atomic
def upsert_contact(
    *, organisation: Organisation, details: ContactDetails, source: str, actor_label: str = ""
) -> tuple[Contact, bool]:
    """Find the contact by external ID, email or phone and update it, or create it.

    Says whether it was created. Identities of two different contacts are refused: merging
    people is a decision for a person.
    """
    values = normalised(
        organisation,
        email=details.email or "",
        phone=details.phone or "",
        external_id=details.external_id or "",
    )
    if not values:
        raise NothingIdentifies
    contact = _matched(organisation, values)
    is_new = contact is None
    if contact is None:
        contact, is_new = _create_once(organisation, values)
    _apply(contact, details)
    if not is_new:
        for kind, value in values.items():
            _set_identity(contact, kind, value)
    for consent in details.consents:
        grant_consent(
            organisation=organisation,
            contact=contact,
            channel=consent.channel,
            purpose=consent.purpose,
            source=source,
            wording=consent.wording,
            language=known_language(consent.language) or contact.language,
            actor_label=actor_label,
        )
    return contact, is_new


def normalised(
    organisation: Organisation, *, email: str = "", phone: str = "", external_id: str = ""
) -> dict[IdentityKind, str]:
    """The one spelling of each identity that is given; refuses what reaches nobody."""
    values = {}
    if external_id.strip():
        values[IdentityKind.EXTERNAL] = _short(external_id, "external_id", MAX_EXTERNAL)
    if email.strip():
        try:
            values[IdentityKind.EMAIL] = emails.normalise(email)
        except emails.EmailError as error:
            raise EmailRefused(error.code) from error
    if phone.strip():
        try:
            values[IdentityKind.PHONE] = phones.normalise(phone, region=organisation.country)
        except phones.PhoneError as error:
            raise PhoneRefused(error.code) from error
    return values


def known_language(text: str) -> str:
    """The language as we spell it ("fr_FR" is "fr"), or "" for one we do not write."""
    primary = text.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary in dict(settings.LANGUAGES) else ""


def checked_attributes(attributes: Attributes) -> dict[str, Attribute]:
    """A flat object of short values, or a refusal."""
    if len(attributes) > MAX_ATTRIBUTES:
        raise AttributesRefused("too_many")
    for name, value in attributes.items():
        if not name.strip() or len(name) > MAX_ATTRIBUTE_NAME:
            raise AttributesRefused("bad_name")
        if not isinstance(value, str | int | float | bool | None):
            raise AttributesRefused("not_flat")
        if isinstance(value, str) and len(value) > MAX_ATTRIBUTE_VALUE:
            raise AttributesRefused("too_long")
    return dict(attributes)


def _apply(contact: Contact, details: ContactDetails) -> None:
    wanted: dict[str, object] = {}
    if details.name is not None:
        wanted["name"] = _short(details.name, "name", MAX_NAME)
    if details.language is not None:
        wanted["language"] = known_language(details.language)
    if details.attributes is not None:
        wanted["attributes"] = checked_attributes({**contact.attributes, **details.attributes})
    _write(contact, wanted)


def _write(contact: Contact, wanted: Mapping[str, object]) -> None:
    """Write what differs, and nothing that somebody else may be changing."""
    changed = {name: value for name, value in wanted.items() if getattr(contact, name) != value}
    for name, value in changed.items():
        setattr(contact, name, value)
    if contact._state.adding:
        contact.save()
    elif changed:
        contact.save(update_fields=[*changed, "updated_at"])


def _matched(organisation: Organisation, values: dict[IdentityKind, str]) -> Contact | None:
    """Whose identities they are, as he is now and held until the transaction ends."""
    owners = {
        identity.contact_id
        for identity in Identity.objects.within(organisation).filter(
            kind__in=values, value__in=values.values()
        )
        if values[IdentityKind(identity.kind)] == identity.value
    }
    if len(owners) > 1:
        raise AmbiguousContact(sorted(owners))
    return (
        Contact.objects.within(organisation)
        .filter(pk__in=owners)
        .select_for_update(no_key=True)
        .first()
    )


def _create_once(
    organisation: Organisation, values: dict[IdentityKind, str]
) -> tuple[Contact, bool]:
    """A new contact with its identities, or the one that a concurrent request just made."""
    try:
        with transaction.atomic():
            contact = Contact.objects.create(organisation=organisation)
            Identity.objects.bulk_create(
                Identity(organisation=organisation, contact=contact, kind=kind, value=value)
                for kind, value in values.items()
            )
            return contact, True
    except IntegrityError:
        found = _matched(organisation, values)
        if found is None:
            raise
        return found, False


def _set_identity(contact: Contact, kind: IdentityKind, value: str) -> None:
    held = Identity.objects.within(contact.organisation_id).filter(contact=contact, kind=kind)
    if not value:
        held.delete()
        return
    current = held.first()
    if current is not None and current.value == value:
        return
    try:
        with transaction.atomic():
            if current is None:
                Identity.objects.create(
                    organisation_id=contact.organisation_id,
                    contact=contact,
                    kind=kind,
                    value=value,
                )
            else:
                held.update(value=value)
    except IntegrityError as error:
        owner = (
            Identity.objects.within(contact.organisation_id).filter(kind=kind, value=value).first()
        )
        raise IdentityTaken(kind, owner.contact_id if owner else None) from error


def _short(text: str, field_name: str, limit: int) -> str:
    trimmed = " ".join(text.split())
    if len(trimmed) > limit:
        raise ContactRefused(field_name, "too_long")
    return trimmed
