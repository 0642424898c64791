"""Web addresses that customers may be sent to: public pages, and nothing that acts on its own.

Only the words of the address are judged. It is never opened from here, so no name is looked up.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from surveys.definition.problems import ProblemAt

Document = Mapping[str, Any]

MAX_ADDRESS = 500
MAX_LINK_TEXT = 80
# Names that lead somewhere only inside one's own network.
_PRIVATE_ENDINGS = frozenset(
    (
        *("arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain"),
        *("localhost", "private"),
    )
)
# Browsers drop or turn these round before they read an address: what is checked would not be it.
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f<>\"{}|^`]")
# Letters that browsers keep in a name, while what is at hand here turns them into others.
_MISREAD = re.compile("[ßς\u200c\u200d]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def is_wanted(link: Document, languages: list[str]) -> bool:
    """Whether somebody began to write a link: an address, or words in a language of the survey."""
    texts = link.get("text", {})
    written = [link.get("url", ""), *(texts.get(language, "") for language in languages)]
    return any(text.strip() for text in written)


def address_problem(url: str, path: str) -> ProblemAt | None:
    """Why customers cannot be sent to an address; nothing when they can."""
    if not url.strip():
        return ProblemAt(path, "required", _("Enter the address that the link leads to"))
    scheme, colon, _rest = url.partition("://")
    if not colon or scheme.lower() != "https":
        return ProblemAt(path, "not_https", _("Start the address with https://"))
    name = _host(url)
    if name is None:
        message = _("Enter a web address like https://example.com/reviews")
        return ProblemAt(path, "invalid_address", message)
    if "@" in urlsplit(url).netloc:
        message = _("Take the user name and password out of the address")
        return ProblemAt(path, "credentials", message)
    if _is_private(name):
        message = _("Enter an address that customers can open from anywhere")
        return ProblemAt(path, "private_host", message)
    return None


def host_of(url: str) -> str:
    """The site that an address leads to, as people know it."""
    return (_host(url) or "").removeprefix("www.")


def _host(url: str) -> str | None:
    """The host as a browser looks it up; None for what a browser would not open, or not so."""
    if _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
        if _MISREAD.search(host):
            return None
        name = host if ":" in host else host.rstrip(".").encode("idna").decode().lower()
    except ValueError:  # a bad port, bracket or label
        return None
    is_named = bool(name) and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if is_named or ":" in host else None


def _is_private(host: str) -> bool:
    labels = host.split(".")
    if ":" in host or _NUMBER.fullmatch(labels[-1]):
        return not _is_public_address(host)
    return len(labels) < 2 or labels[-1] in _PRIVATE_ENDINGS


def _is_public_address(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:  # 127.1 and 0x7f.1 are addresses to a browser, and to nobody honest
        return False
    return address.is_global and not address.is_multicast
