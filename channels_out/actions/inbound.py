"""Texts from customers: commands first, then everything else, once each."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import Organisation
from channels_out.actions.messages import Body, Letter, cancel_to_address, queue_messages
from channels_out.enums import InboundOutcome, Purpose
from channels_out.models import Channel, InboundMessage, SmsConversation
from contacts.actions.suppression import opt_in, opt_out
from contacts.enums import ConsentPurpose, ConsentSource, IdentityKind, SuppressionReason
from contacts.models import Contact
from contacts.queries.contacts import contact_for_address
from cxhub.lib import phones
from cxhub.lib.ids import uuid7
from cxhub.lib.sms.keywords import Keyword, recognise
from events.actions.outbox import publish

LONGEST_TEXT = 4000
NOTICE_LIFE = timedelta(hours=1)

OUTCOMES = {
    Keyword.OPT_OUT: InboundOutcome.OPT_OUT,
    Keyword.OPT_IN: InboundOutcome.OPT_IN,
    Keyword.HELP: InboundOutcome.HELP,
    Keyword.CONTACT: InboundOutcome.HELP,
}


@transaction.atomic
def receive(
    *,
    channel: Channel,
    sender: str,
    text: str,
    provider_id: str,
    keyword: Keyword | None = None,
    media: int = 0,
) -> InboundMessage:
    """Store a text once; obey STOP, START and HELP at once, announce anything else.

    `keyword` is what the provider itself recognised: it wins over our reading, and the
    provider has then already confirmed to the customer.
    """
    organisation = channel.organisation
    number = _number(sender, organisation)
    contact = contact_for_address(organisation, IdentityKind.PHONE, number) if number else None
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    command = keyword or (recognise(text) if number else None)
    outcome = OUTCOMES.get(command, "") if command else ""
    fresh = InboundMessage(
        pk=uuid7(),
        organisation=organisation,
        channel=channel,
        contact=contact,
        sender=(number or sender)[:40],
        text=text,
        provider_id=provider_id[:120],
        outcome=outcome if number else InboundOutcome.UNROUTABLE,
        media=min(media, 999),
    )
    # Five deliveries of one text at once: four wait here for the first, and then do nothing.
    InboundMessage.objects.bulk_create([fresh], ignore_conflicts=True)
    stored = InboundMessage.objects.within(organisation).get(
        channel=channel, provider_id=fresh.provider_id
    )
    if stored.pk != fresh.pk or not number:
        return stored
    if command is None:
        _announce(organisation, stored.pk)
    else:
        _obey(channel, number, contact, command, is_confirmed=keyword is not None)
    return stored


def _number(sender: str, organisation: Organisation) -> str:
    """The number to answer to; empty for names, short numbers and nonsense."""
    try:
        number = phones.normalise(sender, "")
    except phones.PhoneError:
        return ""
    return number if sender.strip().startswith("+") else ""


def _announce(organisation: Organisation, inbound_id: UUID) -> None:
    publish(
        organisation=organisation, kind="inbound.received", payload={"inbound": str(inbound_id)}
    )


def _obey(
    channel: Channel, number: str, contact: Contact | None, command: Keyword, *, is_confirmed: bool
) -> None:
    if command == Keyword.OPT_OUT:
        _stop(channel, number)
    elif command == Keyword.OPT_IN:
        opt_in(
            organisation=channel.organisation,
            kind=IdentityKind.PHONE,
            value=number,
            channel=channel.kind,
            purpose=ConsentPurpose.SURVEY,
            source=ConsentSource.SMS,
        )
    if not is_confirmed:
        _confirm(channel, number, contact, command)


def _stop(channel: Channel, number: str) -> None:
    """The refusal, and what was on its way to the number, in one transaction.

    The addresses are locked before the messages, in the order in which a claim locks them.
    """
    organisation = channel.organisation
    opt_out(
        organisation=organisation,
        kind=IdentityKind.PHONE,
        value=number,
        channel=channel.kind,
        purpose=ConsentPurpose.SURVEY,
        source=ConsentSource.SMS,
        reason=SuppressionReason.STOP,
    )
    cancel_to_address(organisation=organisation, channel=channel, address=number)
    SmsConversation.objects.within(organisation).filter(number=number, is_open=True).update(
        is_open=False
    )


def _confirm(channel: Channel, number: str, contact: Contact | None, command: Keyword) -> None:
    """One short answer per command, number and day, in the customer's language."""
    organisation = channel.organisation
    language = (contact.language if contact else "") or organisation.language
    now = timezone.now()
    digest = hashlib.sha256(f"{channel.pk}:{number}".encode()).hexdigest()[:32]
    queue_messages(
        organisation=organisation,
        channel=channel,
        letters=[
            Letter(
                to=number,
                language=language,
                body=Body(text=_words(organisation, command, language)),
                purpose=Purpose.NOTICE,
                dedupe_key=f"{command}:{digest}:{now:%Y-%m-%d}",
                expires_at=now + NOTICE_LIFE,
                contact=contact,
            )
        ],
    )


def _words(organisation: Organisation, command: Keyword, language: str) -> str:
    """Texts fit one segment; braces in a name would be taken for slots, so they go."""
    name = organisation.name.replace("{", "(").replace("}", ")")[:60]
    with translation.override(language):
        if command == Keyword.OPT_OUT:
            text = gettext("%(name)s: no more surveys will be sent to you. To resume: START.")
        elif command == Keyword.OPT_IN:
            text = gettext("%(name)s: you will receive our surveys again. Reply STOP to stop.")
        elif organisation.contact_email:
            text = gettext("%(name)s surveys. Contact: %(contact)s. Reply STOP to stop.")
        else:
            text = gettext("%(name)s surveys. Reply STOP to stop.")
        return text % {"name": name, "contact": organisation.contact_email}
