"""The clock's entry into the accounts app."""

from uuid import UUID

from celery import shared_task

from accounts.actions import housekeeping, member_invitations


@shared_task
def forget_repetitions() -> None:
    """Forget answers to repeated requests after 48 hours."""
    housekeeping.forget(function="accounts_forget_repetitions")


@shared_task
def send_member_invitations(organisation_id: str) -> None:
    """Send one organisation's invitations, as soon as they are committed."""
    member_invitations.send_member_invitations(organisation_id=UUID(organisation_id))


@shared_task
def send_due_invitations() -> None:
    """Send invitations whose bell was lost or whose mail server was down; every minute."""
    member_invitations.send_due_invitations()
