"""The web kind: a link as a line to paste into one's own pages."""

from html import escape

from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import Config, Kind
from cxhub.lib.artefacts import Artefact


class WebPublisher:
    """Writes the line that fetches a script of ours, without holding the page up."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the line; the script that the link leads to puts the button there."""
        line = f'<script src="{escape(link)}" defer></script>'
        return Artefact("text/html", line.encode())


WEB = Kind(
    slug="web",
    label=_("Web link"),
    icon="link",
    publisher=WebPublisher(),
    about=_(
        "A link for everybody, kiosks, and a button for your website. There is nothing to set up "
        "here: you make them on the page “Share” of a survey."
    ),
)
