"""Making of a link what is printed or pasted."""

from collections.abc import Mapping

from channels_out.kinds import KINDS
from channels_out.kinds.base import Config
from cxhub.lib.artefacts import Artefact, NothingToPublish


def publish(kind: str, link: str, options: Mapping[str, str]) -> Artefact:
    """What the kind's publisher makes of a link; asked for through `cxhub.lib.artefacts`."""
    if kind not in KINDS:
        raise NothingToPublish(kind)
    return KINDS[kind].publish(link, Config(provider="", options=options))
