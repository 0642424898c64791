"""The QR code kind: a link drawn to be scanned, from paper or from a window."""

import re

from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import Artefact, Config, Kind
from channels_out.kinds.qr.forms import QrForm
from cxhub.lib import qr

# Only these fit the alphanumeric mode, which makes the modules a quarter bigger.
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_PLACEMENT = re.compile(r"https?://[^/]+/q/[^/?#]+/?", re.IGNORECASE)


class QrPublisher:
    """Draws square modules, dark on light, with the quiet zone inside the picture."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the code as SVG, or as PNG of at least 1200 pixels."""
        wanted = config.options.get("level", "M")
        level = wanted if wanted in qr.LEVELS else "M"
        if config.options.get("format", "svg") == "png":
            return Artefact("image/png", qr.png(printed_link(link), level=level), "qr.png")
        picture = qr.svg(printed_link(link), level=level)
        return Artefact("image/svg+xml", picture.encode(), "qr.svg")


def printed_link(link: str) -> str:
    """Return the form that is printed: a placement's address in capitals opens just the same."""
    capitals = link.upper()
    if _PLACEMENT.fullmatch(link) and _ALPHANUMERIC.fullmatch(capitals):
        return capitals
    return link


QR = Kind(
    slug="qr",
    label=_("QR code"),
    icon="qr-code",
    publisher=QrPublisher(),
    publish_form=QrForm,
)
