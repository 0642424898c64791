"""Reads of configured channels."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from channels_out.models import Channel
from cxhub.lib.rows import row_by_id


def channels(organisation: Organisation) -> QuerySet[Channel]:
    """Every channel, the defaults first within their kind."""
    return Channel.objects.within(organisation).order_by("kind", "-is_default", "name")


def default_channel(organisation: Organisation, kind: str) -> Channel | None:
    """The channel that carries messages of a kind unless another is named."""
    return Channel.objects.within(organisation).filter(kind=kind, is_default=True).first()


def channel_of_hook(organisation_id: UUID, pk: UUID) -> Channel | None:
    """The channel a provider posts about, with its organisation."""
    rows = Channel.objects.within(organisation_id).select_related("organisation")
    return row_by_id(rows, pk)
