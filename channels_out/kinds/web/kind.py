"""The web link kind: a link to paste into a page or a mail."""

from html import escape

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import Artefact, Config, Kind
from channels_out.kinds.web.forms import WebForm


class WebPublisher:
    """Writes the link as HTML that works without any script."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the snippet."""
        words = config.options.get("text") or gettext("Tell us what you think")
        snippet = f'<a href="{escape(link)}" rel="noopener">{escape(words)}</a>'
        return Artefact("text/html", snippet.encode(), "link.html")


WEB = Kind(
    slug="web",
    label=_("Web link"),
    icon="link",
    publisher=WebPublisher(),
    publish_form=WebForm,
)
