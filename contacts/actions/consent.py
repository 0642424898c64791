"""Consents given and withdrawn: appended, never changed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from contacts.enums import ADDRESS_KINDS, ConsentPurpose, ConsentSource, ConsentState
from contacts.models import ConsentEvent, Contact, Identity
from contacts.queries.reach import latest_consents

Evidence = dict[str, str]

LONGEST_ACTOR = 120  # a member without a name is called by an address, which may be longer

# Whoever withdrew in person gives his consent again in person: no import, no API call does it.
IN_PERSON = frozenset({ConsentSource.FORM, ConsentSource.SMS, ConsentSource.LINK})
WITHDRAWN_IN_PERSON = IN_PERSON | {ConsentSource.PROVIDER}


@transaction.atomic
def record_consent(
    *,
    organisation: Organisation,
    contact: Contact,
    channel: str,
    purpose: str,
    state: str,
    source: str,
    wording: str = "",
    language: str = "",
    evidence: Evidence | None = None,
    actor_label: str = "",
    effective_at: datetime | None = None,
) -> ConsentEvent:
    """Append one step to the ledger; a withdrawal waits for sends that are being claimed."""
    if state == ConsentState.WITHDRAWN:
        hold_identities(organisation, [contact.pk])
    return ConsentEvent.objects.create(
        organisation=organisation,
        contact=contact,
        channel=channel,
        purpose=purpose,
        state=state,
        source=source,
        wording=wording,
        language=language,
        evidence=evidence or {},
        actor_label=actor_label[:LONGEST_ACTOR],
        effective_at=effective_at or timezone.now(),
    )


@transaction.atomic
def grant_consent(
    *,
    organisation: Organisation,
    contact: Contact,
    channel: str,
    purpose: str,
    source: str,
    wording: str = "",
    language: str = "",
    actor_label: str = "",
) -> ConsentEvent | None:
    """Record a consent that somebody reports; nothing when it changes nothing or may not.

    A consent in force with the same wording stays as it is. One that the customer withdrew
    himself is not given again on somebody else's word. A withdrawal comes before (and is seen
    here) or after.
    """
    hold_identities(organisation, [contact.pk])
    latest = _latest(organisation, contact, channel, purpose)
    if latest is not None and not _adds_something(latest, source, wording):
        return None
    return record_consent(
        organisation=organisation,
        contact=contact,
        channel=channel,
        purpose=purpose,
        state=ConsentState.GRANTED,
        source=source,
        wording=wording,
        language=language,
        actor_label=actor_label,
    )


@transaction.atomic
def withdraw_everywhere(
    *,
    organisation: Organisation,
    contact: Contact,
    purpose: str,
    source: str,
    evidence: Evidence | None = None,
) -> list[ConsentEvent]:
    """Withdraw a purpose on every channel: what is refused on one is not asked on another."""
    return [
        record_consent(
            organisation=organisation,
            contact=contact,
            channel=channel,
            purpose=purpose,
            state=ConsentState.WITHDRAWN,
            source=source,
            evidence=evidence,
        )
        for channel in ADDRESS_KINDS
        if latest_consents(organisation, [contact.pk], channel=channel, purpose=purpose).get(
            contact.pk
        )
        == ConsentState.GRANTED
    ]


@transaction.atomic
def set_survey_consents(
    *,
    organisation: Organisation,
    contact: Contact,
    channels: Collection[str],
    wording: str,
    actor_label: str,
) -> None:
    """What a member notes on a contact's card: asked for surveys on these channels, not others.

    The card shows one wording for all channels: a consent in force keeps the words it was given
    with, unless the member wrote new ones.
    """
    in_force = {
        channel: granted
        for channel in ADDRESS_KINDS
        if (granted := _granted(organisation, contact, channel)) is not None
    }
    is_new_wording = wording not in {event.wording for event in in_force.values()}
    for channel in ADDRESS_KINDS:
        if channel in channels and (is_new_wording or channel not in in_force):
            grant_consent(
                organisation=organisation,
                contact=contact,
                channel=channel,
                purpose=ConsentPurpose.SURVEY,
                source=ConsentSource.MEMBER,
                wording=wording,
                language=contact.language,
                actor_label=actor_label,
            )
        elif channel in in_force and channel not in channels:
            record_consent(
                organisation=organisation,
                contact=contact,
                channel=channel,
                purpose=ConsentPurpose.SURVEY,
                state=ConsentState.WITHDRAWN,
                source=ConsentSource.MEMBER,
                actor_label=actor_label,
            )


def hold_identities(organisation: Organisation, contact_ids: Sequence[UUID]) -> None:
    """Take the contacts' addresses FOR NO KEY UPDATE: no send is claimed for them meanwhile."""
    list(
        Identity.objects.within(organisation)
        .filter(contact_id__in=contact_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk")
    )


def _latest(
    organisation: Organisation, contact: Contact, channel: str, purpose: str
) -> ConsentEvent | None:
    """The step in force; at the same instant a withdrawal wins."""
    return (
        ConsentEvent.objects.within(organisation)
        .filter(contact=contact, channel=channel, purpose=purpose)
        .order_by("-effective_at", "-state", "-pk")
        .first()
    )


def _granted(organisation: Organisation, contact: Contact, channel: str) -> ConsentEvent | None:
    """The consent to surveys that is in force on a channel."""
    latest = _latest(organisation, contact, channel, ConsentPurpose.SURVEY)
    return latest if latest is not None and latest.state == ConsentState.GRANTED else None


def _adds_something(latest: ConsentEvent, source: str, wording: str) -> bool:
    if latest.state == ConsentState.GRANTED:
        return latest.wording != wording
    return source in IN_PERSON or latest.source not in WITHDRAWN_IN_PERSON
