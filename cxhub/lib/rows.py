"""Rows without what building a statement costs: the one with an identifier, and written ones."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def row_by_id(rows: QuerySet[Row], pk: UUID | None) -> Row | None:
    """The one of these rows that has the identifier; None when there is none.

    `first()` would sort the one row: putting that into the statement takes Django almost as
    long as all the rest of it.
    """
    return next(iter(rows.filter(pk=pk).order_by()), None) if pk else None


def columns(model: type[Model], alias: str) -> str:
    """Every column of a model, as a written statement selects them for `instances`."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def instances(values: Iterable[Any], *models: type[Model]) -> list[Any]:
    """One instance of each model, from a row that holds their `columns` one after the other.

    The values are taken as the driver gives them: not for fields that convert theirs, as JSON's.
    """
    left = iter(values)
    names = [[field.attname for field in model._meta.concrete_fields] for model in models]
    return [
        model.from_db(DEFAULT_DB_ALIAS, own, list(islice(left, len(own))))
        for model, own in zip(models, names, strict=True)
    ]
