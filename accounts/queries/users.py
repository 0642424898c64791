"""Reads of people."""

from accounts.models import User


def has_account(email: str) -> bool:
    """Whether somebody signed up with this address, confirmed or not."""
    return User.objects.filter(email__iexact=email.strip()).exists()
