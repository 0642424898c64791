"""The stop list: adding to it, and lifting what its owner lifts."""

from django.db import transaction

from accounts.models import Organisation
from contacts.actions.consent import (
    Evidence,
    grant_consent,
    hold_identities,
    record_consent,
    withdraw_everywhere,
)
from contacts.enums import ConsentState, IdentityKind, SuppressionReason
from contacts.models import Contact, Identity, Suppression
from contacts.queries.contacts import contact_for_address
from contacts.queries.stop_list import steps_in_force, value_hash
from events.actions.outbox import publish

LIFTED_IN_PERSON = (
    SuppressionReason.STOP,
    SuppressionReason.UNSUBSCRIBED,
    SuppressionReason.PROVIDER_OPTOUT,
)


@transaction.atomic
def suppress(
    *, organisation: Organisation, kind: IdentityKind | str, value: str, reason: str
) -> Suppression:
    """Put an address on the stop list; one that is already there for this reason stays."""
    hashed = value_hash(organisation, kind, value)
    for step in steps_in_force(organisation, [hashed]):
        if step.reason == reason:
            return step
    return Suppression.objects.create(
        organisation=organisation, kind=kind, value_hash=hashed, reason=reason
    )


@transaction.atomic
def opt_out(
    *,
    organisation: Organisation,
    kind: IdentityKind | str,
    value: str,
    channel: str,
    purpose: str,
    source: str,
    reason: str,
    evidence: Evidence | None = None,
    only_this_channel: bool = False,
) -> Contact | None:
    """The customer refuses: stop list, consent withdrawn, sends being claimed come before or after.

    The refusal is the person's, not the channel's: without `only_this_channel` the purpose is
    withdrawn everywhere, so that no other channel is used instead. Returns whose address it was.
    """
    _hold(organisation, kind, value)
    suppress(organisation=organisation, kind=kind, value=value, reason=reason)
    contact = contact_for_address(organisation, kind, value)
    if contact is None:
        return None
    hold_identities(organisation, [contact.pk])
    proof = {"channel": channel, **(evidence or {})}
    record_consent(
        organisation=organisation,
        contact=contact,
        channel=channel,
        purpose=purpose,
        state=ConsentState.WITHDRAWN,
        source=source,
        evidence=proof,
    )
    if not only_this_channel:
        withdraw_everywhere(
            organisation=organisation,
            contact=contact,
            purpose=purpose,
            source=source,
            evidence=proof,
        )
    _announce(contact, channel, purpose, everywhere=not only_this_channel)
    return contact


@transaction.atomic
def opt_in(
    *,
    organisation: Organisation,
    kind: IdentityKind | str,
    value: str,
    channel: str,
    purpose: str,
    source: str,
    wording: str = "",
) -> Contact | None:
    """The customer himself asks to be written to again (START).

    That lifts his own refusals. What was learnt about the address, that nothing arrives there,
    still holds.
    """
    _hold(organisation, kind, value)
    for step in steps_in_force(organisation, [value_hash(organisation, kind, value)]):
        if step.reason in LIFTED_IN_PERSON:
            Suppression.objects.create(
                organisation=organisation,
                kind=kind,
                value_hash=step.value_hash,
                reason=step.reason,
                is_lifted=True,
            )
    contact = contact_for_address(organisation, kind, value)
    if contact is not None:
        grant_consent(
            organisation=organisation,
            contact=contact,
            channel=channel,
            purpose=purpose,
            source=source,
            wording=wording,
        )
    return contact


def _announce(contact: Contact, channel: str, purpose: str, *, everywhere: bool) -> None:
    publish(
        organisation=contact.organisation_id,
        kind="contact.opted_out",
        payload={
            "contact": str(contact.pk),
            "channel": channel,
            "purpose": purpose,
            "everywhere": everywhere,
        },
    )


def _hold(organisation: Organisation, kind: str, value: str) -> None:
    list(
        Identity.objects.within(organisation)
        .filter(kind=kind, value=value)
        .select_for_update(no_key=True)
        .values_list("pk")
    )
