"""Reads of people."""

from uuid import UUID

from accounts.models import User


def person(user_id: UUID) -> User:
    """Somebody who is known to be there."""
    return User.objects.get(pk=user_id)


def has_account(email: str) -> bool:
    """Whether somebody signed up with this address, confirmed or not."""
    return User.objects.filter(email__iexact=email.strip()).exists()
