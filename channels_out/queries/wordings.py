"""The wordings that messages share."""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from channels_out.models import MessageBody


class Wording(NamedTuple):
    """What a message says, with `{slots}`."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


@lru_cache(maxsize=256)
def wording_of(organisation_id: UUID, body_id: str) -> Wording:
    """A wording, read once: it never changes, and the same strings are compiled only once."""
    body = MessageBody.objects.within(organisation_id).get(pk=body_id)
    return Wording(body.subject, body.text, body.html, body.headers)
