"""Drawings of Lucide, whose package opens its archive anew for each; here it is opened once."""

import re
from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def drawing(name: str, **attributes: str) -> SafeString:
    """Return an icon as SVG with these attributes; a KeyError says that there is none."""
    head, _, body = _archive().read(f"{name}.svg").decode().partition(">")
    own = dict(_ATTRIBUTE.findall(head))
    own.pop("xmlns", None)  # within a page it is understood
    shown = format_html_join(" ", '{}="{}"', (own | attributes).items())
    return format_html("<svg {}>{}", shown, mark_safe(body.strip()))


@cache
def _archive() -> ZipFile:
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
