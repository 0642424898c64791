"""The link with which a customer stops what he receives."""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing

from accounts.models import Organisation
from contacts.models import Contact

SALT = "contacts.preferences"
LIFETIME = timedelta(days=396)  # thirteen months

# One byte each inside the token: links live for months, so a number is never given again.
_CODES = {"email": 1, "sms": 2}
_CHANNELS = {code: channel for channel, code in _CODES.items()}


@dataclass(frozen=True)
class PreferencesLink:
    """Whose preferences a link opens, and which kind of message it came with."""

    organisation_id: UUID
    contact_id: UUID
    channel: str


def preferences_token(contact: Contact, channel: str) -> str:
    """A signed token; it only ever reduces what is sent."""
    packed = contact.organisation_id.bytes + contact.pk.bytes + bytes([_CODES[channel]])
    body = base64.urlsafe_b64encode(packed).decode()
    return signing.TimestampSigner(salt=SALT).sign(body)


def unsubscribe_url(contact: Contact, channel: str) -> str:
    """The address that goes into a message of this kind."""
    return f"{settings.SITE_URL}/u/{preferences_token(contact, channel)}"


def read_preferences_token(token: str) -> PreferencesLink | None:
    """What a token opens; None when it is forged, altered or older than thirteen months."""
    try:
        body = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFETIME)
        packed = base64.urlsafe_b64decode(body)
        return PreferencesLink(
            UUID(bytes=packed[:16]), UUID(bytes=packed[16:32]), _CHANNELS[packed[32]]
        )
    except (signing.BadSignature, binascii.Error, ValueError, IndexError, KeyError):
        return None


@dataclass(frozen=True)
class Shown:
    """What the page says of a link's owner: whose messages they are, never whose address."""

    organisation_name: str
    channel: str


def shown_to(link: PreferencesLink) -> Shown | None:
    """What the page may show; None when the organisation is gone."""
    organisation = Organisation.objects.filter(pk=link.organisation_id).first()
    return Shown(organisation.name, link.channel) if organisation else None
