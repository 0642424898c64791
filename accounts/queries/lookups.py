"""Finding the tenant of something that comes from outside, before a tenant is known.

Each asks a SECURITY DEFINER function that returns identifiers and nothing else.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import connection


class Owner(NamedTuple):
    """Which organisation a row belongs to."""

    organisation_id: UUID
    row_id: UUID


def owner_of(function: str, value: str | UUID) -> Owner | None:
    """The owner that a lookup function names for a hash, code or id; None if unknown."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT organisation_id, id FROM {function}(%s)", [value])
        row = cursor.fetchone()
    return Owner(*row) if row else None


def organisations_from(function: str) -> list[UUID]:
    """The organisations that a discovery function says have work to do."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT organisation_id FROM {function}() AS t(organisation_id)")
        return [row[0] for row in cursor.fetchall()]
