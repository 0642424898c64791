"""The clock's entry into the accounts app."""

from celery import shared_task

from accounts.actions import housekeeping


@shared_task
def forget_repetitions() -> None:
    """Forget answers to repeated requests after 48 hours."""
    housekeeping.forget(function="accounts_forget_repetitions")
