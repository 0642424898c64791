"""What a link is printed or pasted as, asked of the channels by those who may not know them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.module_loading import import_string

from cxhub.subscriptions import PUBLISH


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something published: bytes with their type."""

    media_type: str
    content: bytes


class NothingToPublish(LookupError):
    """No kind of channel has this name, publishes at all, or publishes in this format."""


def artefact(kind: str, link: str, **options: str) -> Artefact:
    """What the publisher of a kind makes of a link."""
    made_by: Callable[[str, str, Mapping[str, str]], Artefact] = import_string(PUBLISH)
    return made_by(kind, link, options)
