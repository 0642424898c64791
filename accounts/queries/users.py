"""Reads of people."""

from accounts.models import User


def user_with_email(email: str) -> User | None:
    """The active person who confirmed this address, in whatever letters it is written.

    Anybody can sign up with anybody's address; only its owner can confirm it.
    """
    address = email.strip()
    return User.objects.filter(
        email__iexact=address,
        is_active=True,
        emailaddress__email__iexact=address,
        emailaddress__verified=True,
    ).first()
