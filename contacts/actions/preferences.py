"""What a customer decides on his preferences page."""

from accounts.models import Organisation
from contacts.actions.consent import record_consent, withdraw_everywhere
from contacts.actions.suppression import opt_out
from contacts.enums import (
    ADDRESS_KINDS,
    ConsentPurpose,
    ConsentSource,
    ConsentState,
    SuppressionReason,
)
from contacts.models import Contact
from contacts.queries.contacts import identities
from contacts.queries.preferences import PreferencesLink
from cxhub.lib.tenancy import tenant


def stop_surveys(*, link: PreferencesLink, only_this_channel: bool) -> None:
    """Stop surveys for the person of a link, everywhere or on the channel it came with.

    Opens the tenant itself: the link names it, and its signature is what proves it.
    """
    with tenant(link.organisation_id):
        contact = (
            Contact.objects.within(link.organisation_id)
            .filter(pk=link.contact_id)
            .select_related("organisation")
            .prefetch_related("identities")
            .first()
        )
        if contact is not None:
            _stop(contact.organisation, contact, link.channel, only_this_channel)


def _stop(
    organisation: Organisation, contact: Contact, channel: str, only_this_channel: bool
) -> None:
    kind = ADDRESS_KINDS[channel]
    address = identities(contact).get(kind)
    if address is not None:
        opt_out(
            organisation=organisation,
            kind=kind,
            value=address,
            channel=channel,
            purpose=ConsentPurpose.SURVEY,
            source=ConsentSource.LINK,
            reason=SuppressionReason.UNSUBSCRIBED,
            only_this_channel=only_this_channel,
        )
        return
    record_consent(
        organisation=organisation,
        contact=contact,
        channel=channel,
        purpose=ConsentPurpose.SURVEY,
        state=ConsentState.WITHDRAWN,
        source=ConsentSource.LINK,
    )
    if not only_this_channel:
        withdraw_everywhere(
            organisation=organisation,
            contact=contact,
            purpose=ConsentPurpose.SURVEY,
            source=ConsentSource.LINK,
        )
