"""Finding the rows that an address names, or 404."""

from typing import TypeVar
from uuid import UUID

from django.http import Http404

from accounts.access import get_within
from accounts.models import Organisation, OrganisationOwned
from cxhub.lib.ids import parse_uuid

Row = TypeVar("Row", bound=OrganisationOwned)


def row_named(organisation: Organisation, model: type[Row], name: str | UUID) -> Row:
    """The organisation's row of this id; anything else, even no id at all, is the same 404."""
    pk = parse_uuid(str(name))
    if pk is None:
        raise Http404
    return get_within(organisation, model, pk)
