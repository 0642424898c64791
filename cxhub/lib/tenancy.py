"""The tenant of a transaction: the setting that row-level security policies read."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

ORGANISATION = "app.organisation"
USER = "app.user"


@contextmanager
def tenant(organisation_id: UUID | str) -> Iterator[None]:
    """Open a transaction whose rows are those of one organisation.

    May be nested; the outer organisation is restored on leaving. The setting is local to
    the transaction, so it cannot leak to the next user of a pooled connection.
    """
    with _setting(ORGANISATION, str(organisation_id)):
        yield


@contextmanager
def acting_user(user_id: UUID | str) -> Iterator[None]:
    """Open a transaction in which a person sees his own memberships, before a tenant is known."""
    with _setting(USER, str(user_id)):
        yield


def set_tenant(organisation_id: UUID | str) -> None:
    """Set the organisation for the rest of the transaction that is already open."""
    if not connection.in_atomic_block:
        raise RuntimeError("A tenant is set inside a transaction: use tenant().")
    _set(ORGANISATION, str(organisation_id))


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        previous = _get(name) if nested else ""
        _set(name, value)
        yield
        if nested:
            _set(name, previous)


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def _get(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        row = cursor.fetchone()
    return str(row[0])
