"""The QR code kind: a link drawn to be scanned, from paper or from a window."""

import io
import re
from typing import Any, TypeAlias

import qrcode
from django.utils.translation import gettext_lazy as _
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from channels_out.kinds.base import Artefact, Config, Kind
from channels_out.kinds.qr.forms import QrForm

Code: TypeAlias = "qrcode.QRCode[Any]"

QUIET_ZONE = 4
PNG_PIXELS = 1200
LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}

# Only these fit the alphanumeric mode, which makes the modules a quarter bigger.
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_PLACEMENT = re.compile(r"https?://[^/]+/q/[^/?#]+/?", re.IGNORECASE)


class QrPublisher:
    """Draws square modules, dark on light, with the quiet zone inside the picture."""

    def publish(self, link: str, config: Config) -> Artefact:
        """Return the code as SVG, or as PNG of at least 1200 pixels."""
        code = _code(link, config.options.get("level", "M"))
        if config.options.get("format", "svg") == "png":
            return Artefact("image/png", _png(code), "qr.png")
        return Artefact("image/svg+xml", _svg(code), "qr.svg")


def printed_link(link: str) -> str:
    """Return the form that is printed: a placement's address in capitals opens just the same."""
    capitals = link.upper()
    if _PLACEMENT.fullmatch(link) and _ALPHANUMERIC.fullmatch(capitals):
        return capitals
    return link


def _code(link: str, level: str) -> Code:
    code: Code = qrcode.QRCode(
        error_correction=LEVELS.get(level, ERROR_CORRECT_M), border=QUIET_ZONE
    )
    code.add_data(printed_link(link))
    code.make(fit=True)
    return code


def _png(code: Code) -> bytes:
    modules = code.modules_count + 2 * QUIET_ZONE
    code.box_size = -(-PNG_PIXELS // modules)  # rounded up: whole pixels keep the edges sharp
    picture = io.BytesIO()
    code.make_image(fill_color="black", back_color="white").save(picture)
    return picture.getvalue()


def _svg(code: Code) -> bytes:
    """Draw runs of modules as one path; the light ground is part of the picture."""
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(
        f"M{run.start()} {y}h{run.end() - run.start()}v1H{run.start()}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", "".join("1" if module else "0" for module in row))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' width="{size * 8}" height="{size * 8}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    ).encode("ascii")


QR = Kind(
    slug="qr",
    label=_("QR code"),
    icon="qr-code",
    publisher=QrPublisher(),
    publish_form=QrForm,
)
