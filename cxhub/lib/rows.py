"""The one row that has an identifier."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def row_by_id(rows: QuerySet[Row], pk: UUID | None) -> Row | None:
    """The one of these rows that has the identifier; None when there is none.

    `first()` would sort the one row: putting that into the statement takes Django almost as
    long as all the rest of it.
    """
    return next(iter(rows.filter(pk=pk).order_by()), None) if pk else None
