"""Texts from the simulator's fake telephones."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.queries.lookups import Owner, owner_of
from channels_out.actions.configuration import ledger_path
from channels_out.actions.inbound import receive
from channels_out.models import Channel, InboundMessage
from cxhub.lib.ids import uuid7
from cxhub.lib.simulator import IN, Entry, Ledger
from cxhub.lib.tenancy import tenant


def ledger() -> Ledger:
    """What was "sent", and what fake telephones wrote."""
    return Ledger(ledger_path())


def text_in(
    *, sender: str, to: str, text: str, organisation_id: UUID | None = None
) -> InboundMessage | None:
    """Deliver a fake telephone's text as a provider would; None when nobody has that number."""
    owner = _owner(sender, to, organisation_id) if settings.CXHUB_SIMULATOR else None
    if owner is None:
        return None
    provider_id = f"simulator-{uuid7()}"
    ledger().record(
        Entry(
            message_id=provider_id,
            organisation=str(owner.organisation_id),
            channel="sms",
            direction=IN,
            to=to,
            sender=sender,
            text=text,
            sent_at=timezone.now(),
        )
    )
    with tenant(owner.organisation_id):
        channel = Channel.objects.within(owner.organisation_id).get(pk=owner.row_id)
        return receive(channel=channel, sender=sender, text=text, provider_id=provider_id)


def _owner(sender: str, to: str, organisation_id: UUID | None) -> Owner | None:
    """Whose number was written to: first whoever wrote to this telephone from it last."""
    known = organisation_id or _last_writer(sender, to)
    if known is not None:
        with tenant(known):
            channel = (
                Channel.objects.within(known)
                .filter(kind="sms", provider="simulator", sender=to)
                .first()
            )
        return Owner(known, channel.pk) if channel else None
    return owner_of("channels_out_simulated_number", to)


def _last_writer(sender: str, to: str) -> UUID | None:
    for entry in ledger().messages(to=sender, channel="sms"):
        if entry.sender == to and entry.organisation:
            return UUID(entry.organisation)
    return None
