"""Letting an answer count that was set aside as a machine's."""

from django.db import transaction

from accounts.actions import audit
from accounts.models import User
from events.actions.outbox import publish
from surveys.actions.scores import write_scores
from surveys.enums import ResponseState
from surveys.models import Invitation, Response
from surveys.queries.surveys import definition_of

RELEASED = "released"


@transaction.atomic
def release_response(*, response: Response, actor: User) -> Response:
    """Make a response that was set aside an answer like any other, with its moment as it was.

    From here on it is a completed response: a tick counts it, rules judge it, its personal link
    is answered. One that is not set aside, or not any more, stays what it is.
    """
    rows = Response.objects.within(response.organisation_id)
    link = None
    if response.invitation_id:
        # The link before its answer, in the order of whoever takes an answer at the same moment.
        links = Invitation.objects.within(response.organisation_id)
        link = links.select_for_update(no_key=True).get(pk=response.invitation_id)
    held = (
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("version", "organisation")
        .get(pk=response.pk)
    )
    if held.state != ResponseState.QUARANTINED:
        return held
    held.state = ResponseState.COMPLETED
    held.flags = [*held.flags, RELEASED]
    held.save(update_fields=["state", "flags"])
    write_scores(held, definition_of(held.version), held.answers)
    if link is not None:
        link.completed_at = held.answered_at
        link.save(update_fields=["completed_at"])
    audit.record(
        organisation=held.organisation,
        actor=actor,
        action="response.released",
        target=str(held.pk),
    )
    publish(
        organisation=held.organisation_id,
        kind="response.completed",
        payload={
            "response": str(held.pk),
            "survey": str(held.survey_id),
            "invitation": str(held.invitation_id) if held.invitation_id else None,
            "contact": str(held.contact_id) if held.contact_id else None,
        },
    )
    return held
