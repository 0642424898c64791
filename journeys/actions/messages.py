"""Taking back messages that ask, before they have left."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from channels_out.enums import CLAIMABLE_STATES, MessageState
from channels_out.models import Message


@transaction.atomic
def take_back(*, organisation: Organisation, message_ids: Sequence[UUID]) -> int:
    """Cancel these messages where they still wait, and forget their links; returns how many."""
    return (
        Message.objects.within(organisation)
        .filter(pk__in=message_ids, state__in=CLAIMABLE_STATES)
        .update(state=MessageState.CANCELLED, settled_at=timezone.now(), sealed_slots="")
    )
