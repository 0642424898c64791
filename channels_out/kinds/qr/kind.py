"""The QR code kind: a link drawn to be scanned, from paper or from a window."""

from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import Config, Kind
from channels_out.kinds.qr import drawing
from cxhub.lib.artefacts import Artefact, NothingToPublish


class QrPublisher:
    """Draws the link exactly as it is given: whoever made it chose its capitals."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the code as SVG, or as PNG that prints sharp."""
        wanted = config.options.get("format", "svg")
        if wanted == "svg":
            return Artefact("image/svg+xml", drawing.svg(link).encode())
        if wanted == "png":
            return Artefact("image/png", drawing.png(link))
        raise NothingToPublish(f"qr/{wanted}")


QR = Kind(
    slug="qr",
    label=_("QR code"),
    icon="qr-code",
    publisher=QrPublisher(),
    about=_(
        "Codes to print, one for each place, as SVG or PNG. There is nothing to set up here: "
        "you make and download them on the page “Share” of a survey."
    ),
)
