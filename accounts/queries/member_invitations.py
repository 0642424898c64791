"""Reads of who is invited."""

from django.db.models import QuerySet

from accounts.models import MemberInvitation, Organisation
from cxhub.lib.tokens import token_hash


def open_invitations(organisation: Organisation) -> QuerySet[MemberInvitation]:
    """Those that nobody accepted or revoked, the newest first."""
    return (
        MemberInvitation.objects.within(organisation)
        .filter(accepted_at=None, revoked_at=None)
        .select_related("organisation", "invited_by")
        .order_by("-created_at")
    )


def invitation_of(organisation: Organisation, token: str) -> MemberInvitation | None:
    """The invitation that a letter's link opens; None when it opens none any more."""
    rows = open_invitations(organisation).filter(token_hash=token_hash(token))
    invitation = rows.first()
    return invitation if invitation and invitation.is_usable else None
