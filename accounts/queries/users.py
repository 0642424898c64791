"""Reads of people."""

from accounts.models import User


def user_with_email(email: str) -> User | None:
    """The active person with this address, in whatever letters it is written."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()
