"""Leaving a customer in peace while somebody is busy with him."""

from datetime import datetime
from uuid import UUID

from contacts.models import SurveyHold


def hold_surveys(
    *, organisation_id: UUID, contact_id: UUID, held_by: UUID, until: datetime | None = None
) -> None:
    """Ask this customer nothing until then, or until it is said again with a moment."""
    SurveyHold.objects.update_or_create(
        organisation_id=organisation_id,
        held_by=held_by,
        defaults={"contact_id": contact_id, "until": until},
    )
