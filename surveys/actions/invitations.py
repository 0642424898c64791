"""Making private doors: one per contact, its token handed out once."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import Organisation, Place
from contacts.models import Contact
from cxhub.lib.tokens import new_link_token, token_hash
from surveys.models import Invitation, Survey


@transaction.atomic
def issue_invitations(
    *,
    survey: Survey,
    contacts: Sequence[tuple[Contact | None, str]],
    channel: str,
    expires_at: datetime,
    place: Place | None = None,
) -> list[tuple[Invitation, str]]:
    """An invitation and its token for each (contact, language), in the same order.

    The database keeps only the token's hash: who loses the token needs a new invitation.
    """
    tokens = [new_link_token() for _ in contacts]
    invitations = Invitation.objects.bulk_create(
        Invitation(
            organisation_id=survey.organisation_id,
            survey=survey,
            contact=contact,
            place=place,
            token_hash=token_hash(token),
            channel=channel,
            language=language,
            expires_at=expires_at,
        )
        for (contact, language), token in zip(contacts, tokens, strict=True)
    )
    return list(zip(invitations, tokens, strict=True))


@transaction.atomic
def prolong_invitations(
    *, organisation: Organisation, invitation_ids: Collection[UUID], by: timedelta
) -> None:
    """Keep private doors open longer: what leads to them leaves so much later."""
    doors = Invitation.objects.within(organisation).filter(pk__in=invitation_ids)
    doors.update(expires_at=F("expires_at") + by)
