"""Letting an answer count that was set aside as a machine's."""

from collections.abc import Sequence

from django.db import transaction

from accounts.actions import audit
from accounts.models import User
from events.actions.outbox import publish
from surveys.actions.scores import write_scores
from surveys.enums import Doubt, ResponseState
from surveys.models import Invitation, Response
from surveys.queries.surveys import definition_of

RELEASED = "released"


@transaction.atomic
def release_response(*, response: Response, actor: User) -> Response:
    """Make a response that was set aside an answer like any other, with its moment as it was.

    One that is not set aside, or not any more, stays what it is.
    """
    held, link = hold(response)
    if held.state != ResponseState.QUARANTINED:
        return held
    let_count(held, link, flags=[*(flag for flag in held.flags if flag != Doubt.HELD), RELEASED])
    audit.record(
        organisation=held.organisation,
        actor=actor,
        action="response.released",
        target=str(held.pk),
    )
    return held


def hold(response: Response) -> tuple[Response, Invitation | None]:
    """The response as it stands, and its personal link, for this transaction alone."""
    link = None
    if response.invitation_id:
        # The link before its answer, in the order of whoever takes an answer at the same moment.
        links = Invitation.objects.within(response.organisation_id)
        link = links.select_for_update(no_key=True).get(pk=response.invitation_id)
    held = (
        Response.objects.within(response.organisation_id)
        .select_for_update(of=("self",), no_key=True)
        .select_related("version", "organisation")
        .get(pk=response.pk)
    )
    return held, link


def let_count(held: Response, link: Invitation | None, *, flags: Sequence[str]) -> None:
    """Complete a held response: a tick counts it, rules judge it, its link is answered."""
    held.state = ResponseState.COMPLETED
    held.flags = list(flags)
    held.begun = None
    held.save(update_fields=["state", "flags", "begun"])
    write_scores(held, definition_of(held.version), held.answers)
    if link is not None:
        link.completed_at = held.answered_at
        link.save(update_fields=["completed_at"])
    publish(
        organisation=held.organisation_id,
        kind="response.completed",
        payload={
            "response": str(held.pk),
            "survey": str(held.survey_id),
            "invitation": str(held.invitation_id) if held.invitation_id else None,
            "contact": str(held.contact_id) if held.contact_id else None,
            "has_wish": held.callback_at is not None,
        },
    )
