"""Whether customers may be written to, and at which address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection

from accounts.models import Organisation
from contacts.enums import ADDRESS_KINDS, ConsentPurpose, ConsentState, IdentityKind
from contacts.models import ConsentEvent, Identity, Suppression, SurveyHold
from contacts.queries.stop_list import stops, value_hashes
from cxhub.lib import phones
from cxhub.lib.arrays import id_array

NO_ADDRESS = "no_address"
NO_CONSENT = "no_consent"
WITHDRAWN = "withdrawn"
SUPPRESSED = "suppressed"
OPEN_CASE = "open_case"

# Contacts are asked about by ids or by their texts, and told by what they were asked by.
ContactId = TypeVar("ContactId", UUID, str)


@dataclass(frozen=True)
class Reach:
    """The address to write to, or why nobody may write ("" = may be written to).

    `free_at` is when the reason ends by itself.
    """

    address: str
    blocked: str = ""
    free_at: datetime | None = None


def reachability(
    organisation: Organisation,
    contact_ids: Sequence[ContactId],
    *,
    channel_kind: str,
    purpose: str,
    lock: bool = False,
) -> dict[ContactId, Reach]:
    """For each contact: the address on a kind of channel, or the reason not to write.

    With `lock`, holds the addresses FOR SHARE until the transaction ends: a STOP, which takes
    them FOR NO KEY UPDATE, comes strictly before (and is seen here) or strictly after. Whether a
    number can receive texts is then not asked again: a claim only sends to what planning chose.
    """
    kind = ADDRESS_KINDS.get(channel_kind)
    if kind is None:
        return {contact_id: Reach("", NO_ADDRESS) for contact_id in contact_ids}
    read = _held_addresses if lock else _addresses
    addresses = read(organisation, contact_ids, kind)
    hashes = value_hashes(organisation, kind, addresses.values())
    stopped = stops(organisation, hashes.values())
    consents = latest_consents(organisation, contact_ids, channel=channel_kind, purpose=purpose)
    holds = _holds(organisation, contact_ids) if purpose == ConsentPurpose.SURVEY else {}
    found = {
        contact_id: _reach(
            addresses.get(contact_id, ""), hashes, stopped, consents.get(contact_id, "")
        )
        for contact_id in contact_ids
    }
    return found | {
        contact_id: replace(found[contact_id], blocked=OPEN_CASE, free_at=until)
        for contact_id, until in holds.items()
        if not found[contact_id].blocked
    }


def latest_consents(
    organisation: Organisation, contact_ids: Sequence[ContactId], *, channel: str, purpose: str
) -> dict[ContactId, str]:
    """The consent state in force per contact; at the same instant a withdrawal wins."""
    by_text = {str(pk): pk for pk in contact_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (contact_id) contact_id::text, state "
            f"FROM {ConsentEvent._meta.db_table} "
            "WHERE organisation_id = %s AND contact_id = ANY(%s::uuid[]) "
            "AND channel = %s AND purpose = %s "
            "ORDER BY contact_id, effective_at DESC, state DESC, id DESC",
            [organisation.pk, id_array(by_text), channel, str(purpose)],
        )
        return {by_text[pk]: state for pk, state in cursor.fetchall()}


def _reach(
    address: str, hashes: dict[str, str], stopped: dict[str, Suppression], consent: str
) -> Reach:
    if not address:
        return Reach("", NO_ADDRESS)
    if hashes[address] in stopped:
        return Reach(address, SUPPRESSED)
    if consent == ConsentState.WITHDRAWN:
        return Reach(address, WITHDRAWN)
    if consent != ConsentState.GRANTED:
        return Reach(address, NO_CONSENT)
    return Reach(address)


def _holds(
    organisation: Organisation, contact_ids: Sequence[ContactId]
) -> dict[ContactId, datetime | None]:
    """Who is left in peace, and until when; None while somebody is still busy with him."""
    by_text = {str(pk): pk for pk in contact_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_id::text, CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END "
            f"FROM {SurveyHold._meta.db_table} "
            "WHERE organisation_id = %s AND contact_id = ANY(%s::uuid[]) "
            "AND (until IS NULL OR until > statement_timestamp()) GROUP BY contact_id",
            [organisation.pk, id_array(by_text)],
        )
        return {by_text[pk]: until for pk, until in cursor.fetchall()}


def _addresses(
    organisation: Organisation, contact_ids: Sequence[ContactId], kind: IdentityKind
) -> dict[ContactId, str]:
    """Addresses by contact; a telephone that cannot receive texts is no address."""
    by_text = {str(pk): pk for pk in contact_ids}
    rows = (
        Identity.objects.within(organisation)
        .filter(contact_id__in=contact_ids, kind=kind)
        .values_list("contact_id", "value")
    )
    return {
        by_text[str(contact_id)]: value
        for contact_id, value in rows
        if kind != IdentityKind.PHONE or phones.can_receive_sms(value)
    }


def _held_addresses(
    organisation: Organisation, contact_ids: Sequence[ContactId], kind: IdentityKind
) -> dict[ContactId, str]:
    """Addresses held FOR SHARE, always in the same order (Django has no FOR SHARE)."""
    table = Identity._meta.db_table
    by_text = {str(pk): pk for pk in contact_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT contact_id::text, value FROM {table} WHERE organisation_id = %s "
            "AND contact_id = ANY(%s::uuid[]) AND kind = %s ORDER BY id FOR SHARE",
            [organisation.pk, id_array(by_text), str(kind)],
        )
        return {by_text[pk]: value for pk, value in cursor.fetchall()}
