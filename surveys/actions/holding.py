"""Deciding about answers that nobody touched: they count, or stay set aside as a machine's.

Such an answer is what a rating link had filled in, sent by a page without a script and without a
word more. A person may have pressed the button; a mail filter presses those of all the links. So
it waits until the others would have come, in the row itself: whatever dies, the next round goes on.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from cxhub.lib.tenancy import tenant
from cxhub.subscriptions import MOMENTS
from surveys.actions.releasing import hold, let_count
from surveys.enums import Doubt, ResponseState
from surveys.models import Response
from surveys.queries.answered import WAITS
from surveys.queries.surveys import definition_of
from surveys.queries.visits import scores_opened

logger = logging.getLogger(__name__)

TOGETHER = timedelta(seconds=10)  # within which several scores are a machine's
HELD_FOR = TOGETHER + timedelta(seconds=2)  # and their visits are counted
TOO_SOON = timedelta(seconds=3)  # after the message, to have read it
BATCH = 200


def settle_held(organisation_id: UUID) -> int:
    """Decide about every answer that has waited long enough; returns how many were decided.

    One that cannot be decided waits for the next round, and keeps none that came after it.
    """
    until, decided = timezone.now() - HELD_FOR, 0
    due = _due(organisation_id, until)
    while due:
        decided += sum(_is_settled(response) for response in due)
        due = _due(organisation_id, until, after=due[-1]) if len(due) == BATCH else []
    return decided


def _due(organisation_id: UUID, until: datetime, after: Response | None = None) -> list[Response]:
    with tenant(organisation_id):
        rows = Response.objects.within(organisation_id).filter(WAITS, answered_at__lte=until)
        if after is not None:
            rows = rows.filter(pk__gt=after.pk)
        return list(rows.order_by("pk")[:BATCH])


def _is_settled(response: Response) -> bool:
    try:
        with tenant(response.organisation_id):
            return _settle(response)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        # The boundary of an answer: one poison row must not stop its neighbours.
        logger.exception("held_answer_failed", extra={"response": str(response.pk)})
        return False


@transaction.atomic
def _settle(response: Response) -> bool:
    held, link = hold(response)
    if held.state != ResponseState.QUARANTINED or Doubt.HELD not in held.flags:
        return True
    others = [flag for flag in held.flags if flag != Doubt.HELD]
    doubt = _doubt(held)
    if doubt is None:
        return False
    if not doubt:
        let_count(held, link, flags=others)
        return True
    held.flags = [*others, doubt]
    held.save(update_fields=["flags"])
    return True


def _doubt(held: Response) -> str | None:
    """What was found out in the meantime, through the message and the other links in it.

    None: the message is still leaving, so its moment is not known; its lease ends that.
    """
    if held.invitation_id is None:
        return ""
    moments_of: Callable[[UUID, UUID], Sequence[datetime | None]] = import_string(MOMENTS)
    moments = moments_of(held.organisation_id, held.invitation_id)
    if None in moments:
        return None
    for moment in moments:
        if moment and moment <= held.answered_at < moment + TOO_SOON:
            return Doubt.TOO_SOON.value
    primary = definition_of(held.version).primary
    own = {held.answers.get(primary.key)} if primary else set()
    # The page came with the others, or was sent with them; what was opened between tells nothing.
    came = (held.started_at, held.answered_at)
    opened = scores_opened(held.organisation_id, held.invitation_id, came, TOGETHER)
    return Doubt.BURST.value if len(own | opened) > 1 else ""
