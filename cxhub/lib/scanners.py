"""Telling machines that open every link of a message from people, by what can be measured.

Mail filters, chat previews and crawlers mostly say so, or ask in a way that no page load does.
One that behaves like a browser is not told from a person here; who opens several rating links
of one message within seconds is found out where visits are counted.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cxhub.lib.client_ip import NETWORK_BITS

Network: TypeAlias = IPv4Network | IPv6Network

# Names that filters, previews, crawlers and plain HTTP clients give themselves; Cubot makes phones.
AUTOMATED = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan(?:ner)?\b|preview|prefetch|link.?check|url.?check|monitor"
    r"|facebookexternalhit|facebookcatalog|meta-external|whatsapp|slack-img"
    r"|iframely|embedly|vkshare|google-(?:safety|read-aloud|pagerenderer)|imageproxy"
    r"|barracuda|mimecast|proofpoint|urldefense|symantec|trend ?micro|forcepoint|fireeye|sophos"
    r"|safelinks|existence discovery|headless|phantomjs|python|curl|wget|libwww|okhttp|axios"
    r"|go-http|node-fetch|undici|java/|ruby|guzzle|httpclient|http-client",
    re.IGNORECASE,
)
AHEAD = ("prefetch", "prerender", "preview")


def looks_automated(method: str, user_agent: str, purpose: str) -> bool:
    """Whether a visit says itself that nobody looks.

    A HEAD shows nothing, a browser names itself, and one that loads ahead says why
    (`purpose`: the headers Sec-Purpose, Purpose and X-Purpose).
    """
    if method == "HEAD" or not user_agent.strip():
        return True
    if any(word in purpose.lower() for word in AHEAD):
        return True
    return AUTOMATED.search(user_agent) is not None


def scanner_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that the setting SCANNER_NETWORKS names; refused when one is none."""
    return tuple(_network(text.strip()) for text in texts if text.strip())


def is_scanner_network(network: str) -> bool:
    """Whether what `client_network` gave lies in one of those networks."""
    known: tuple[Network, ...] = settings.SCANNER_NETWORKS
    return bool(known) and _is_among(network, known)


@lru_cache(maxsize=10_000)
def _is_among(network: str, known: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(network)
    except ValueError:
        return False
    return any(address in one for one in known)


def _network(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"SCANNER_NETWORKS: {error}. Write 192.0.2.0/24.") from error
    if network.prefixlen == 0:
        raise ImproperlyConfigured(f"SCANNER_NETWORKS: {text} is everybody.")
    if network.version == 6 and network.prefixlen > NETWORK_BITS:
        raise ImproperlyConfigured(
            f"SCANNER_NETWORKS: {text} is narrower than /{NETWORK_BITS}, all that is known of an "
            "IPv6 address."
        )
    return network
