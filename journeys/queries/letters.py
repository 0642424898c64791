"""When the message that carries a personal link left and arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from channels_out.enums import MessageState
from journeys.models import Outreach


def moments_of(organisation_id: UUID, invitation_id: UUID) -> Sequence[datetime | None]:
    """When the provider took the message with this link, and when it said that it had arrived.

    None stands for one that is with the provider now: when it took it is written down later.
    """
    rows = Outreach.objects.within(organisation_id).filter(invitation=invitation_id)
    moments: list[datetime | None] = []
    for sent_at, settled_at, state in rows.values_list(
        "message__sent_at", "message__settled_at", "message__state"
    ):
        if state == MessageState.SENDING:
            moments.append(None)
        moments += [sent_at] if sent_at else []
        moments += [settled_at] if settled_at and state == MessageState.DELIVERED else []
    return moments
