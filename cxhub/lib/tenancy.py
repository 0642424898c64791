"""The tenant of a transaction: the setting that row-level security policies read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection, transaction

Parameters: TypeAlias = Sequence[str | UUID]
Row: TypeAlias = tuple[Any, ...]

ORGANISATION = "app.organisation"
USER = "app.user"

_SET = "SELECT set_config(%s, %s, true)"
_EXCHANGE = """
WITH old AS MATERIALIZED (SELECT coalesce(current_setting(%s, true), '') AS value)
SELECT value, set_config(%s, %s, true) FROM old
"""


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


def row_of_tenant(organisation_id: UUID | str, query: str, parameters: Parameters) -> Row | None:
    """The first row that a query finds in one organisation, in one trip to the database."""
    return _row(ORGANISATION, _SET, str(organisation_id), query, parameters)


def row_of_user(user_id: UUID | str, query: str, parameters: Parameters) -> Row | None:
    """The first row that a query finds for an acting user, in one trip to the database."""
    return _row(USER, _SET, str(user_id), query, parameters)


def row_of_owner(function: str, value: str, query: str, parameters: Parameters) -> Row | None:
    """The first row that a query finds in the organisation that a look-up function names.

    One trip to the database. The query tells by itself which row: where the function knows no
    organisation, it runs in the one that is set, which outside a transaction is none.
    """
    found = f"SELECT set_config(%s, organisation_id::text, true) FROM {function}(%s)"
    return _row(ORGANISATION, found, value, query, parameters)


def set_tenant(organisation_id: UUID | str) -> None:
    """Set the organisation for the rest of the transaction that is already open."""
    if not connection.in_atomic_block:
        raise RuntimeError("A tenant is set inside a transaction: use tenant().")
    _set(ORGANISATION, str(organisation_id))


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    nested = connection.in_atomic_block
    with transaction.atomic():
        previous = _exchange(name, value) if nested else _set(name, value)
        yield
        if nested and previous != value:
            _set(name, previous)


def _row(name: str, setting: str, value: str, query: str, parameters: Parameters) -> Row | None:
    row: Row | None
    with _restored(name), connection.cursor() as cursor:
        # Statements sent together are one transaction, which the setting does not outlive.
        cursor.execute(f"{setting}; {query}", [name, value, *parameters])
        row = cursor.fetchone()
    return row


@contextmanager
def _restored(name: str) -> Iterator[None]:
    """A transaction that is already open keeps the setting that it has."""
    if not connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        [previous] = cursor.fetchone()
    yield
    _set(name, previous)


def _set(name: str, value: str) -> str:
    """Change the setting; returns what it is now."""
    with connection.cursor() as cursor:
        cursor.execute(_SET, [name, value])
    return value


def _exchange(name: str, value: str) -> str:
    """Change the setting; returns what it was."""
    with connection.cursor() as cursor:
        cursor.execute(_EXCHANGE, [name, name, value])
        row = cursor.fetchone()
    return str(row[0])
