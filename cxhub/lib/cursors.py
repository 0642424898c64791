"""Pages of a list by a signed cursor: stable while rows come in, and nothing to guess."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from cxhub.lib.ordering import after
from cxhub.lib.problems import Problem

LIMIT = 50
LARGEST = 200
SALT = "cursor"

Row = TypeVar("Row", bound=Model)


def paginate(
    request: Request, queryset: QuerySet[Row], order: Sequence[str] = ("-id",)
) -> tuple[list[Row], str | None]:
    """One page of rows in an order that ends in a unique field, and the next page's address.

    `limit` is 1 to 200 (larger is 200); a cursor works only for the list, the filters and the
    organisation it was made for.
    """
    limit = _limit(request.query_params.get("limit"))
    rows = queryset.order_by(*order)
    if (cursor := request.query_params.get("cursor")) is not None:
        rows = rows.filter(after(order, _read(request, cursor)))
    page = list(rows[: limit + 1])
    if len(page) <= limit:
        return page, None
    page.pop()
    return page, _address(request, _values(page[-1], order))


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise Problem(400, "invalid_limit", _("Send a limit from 1 to 200."))
    return min(int(text[:9]), LARGEST)


def _values(row: Model, order: Sequence[str]) -> list[str]:
    return [_as_text(getattr(row, field.removeprefix("-"))) for field in order]


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _scope(request: Request) -> str:
    filters = sorted(
        (name, value)
        for name, value in request.query_params.items()
        if name not in {"cursor", "limit"}
    )
    organisation: UUID | str = getattr(request.auth, "organisation_id", "")
    return f"{SALT}:{organisation}:{request.path}:{filters}"


def _read(request: Request, cursor: str) -> list[str]:
    try:
        values = signing.loads(cursor, salt=_scope(request))
    except signing.BadSignature as error:
        raise Problem(
            400, "invalid_cursor", _("Use the address in next as it is, or start again.")
        ) from error
    return list(values)


def _address(request: Request, values: list[str]) -> str:
    query = {**request.query_params.dict(), "cursor": signing.dumps(values, salt=_scope(request))}
    return f"{settings.SITE_URL}{request.path}?{urlencode(query)}"
