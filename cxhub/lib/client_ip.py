"""Whose request it is: the address that the limits count by."""

import socket
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

NETWORK_BITS = 64
LONGEST = 45
# What one household, office or mobile operator's gateway usually is.
NEIGHBOURHOOD_BITS = {4: 24, 6: 48}


@lru_cache(maxsize=10_000)
def _network(claimed: str, peer: str) -> str:
    address = _parse(claimed) or _parse(peer)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> NETWORK_BITS << NETWORK_BITS))
    return str(address) if address else "unknown"


def client_network(request: HttpRequest) -> str:
    """The client's IPv4 address, or the /64 network of its IPv6 address.

    Behind N = TRUSTED_PROXY_HOPS proxies it is the N-th entry of X-Forwarded-For from the
    right: what stands further left was written by the client itself.
    """
    return network_of(request.META)


def neighbourhood(network: str) -> str:
    """The wider network around what `client_network` gave: the /24 of IPv4, the /48 of IPv6."""
    address = _parse(network)
    if address is None:
        return network
    bits = NEIGHBOURHOOD_BITS[address.version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def network_of(environ: Mapping[str, Any]) -> str:
    """The same, of a request that is not made yet."""
    claimed = _claimed(environ)
    return claimed if _is_plain(claimed) else _network(claimed, str(environ.get("REMOTE_ADDR", "")))


def _claimed(environ: Mapping[str, Any]) -> str:
    hops = settings.TRUSTED_PROXY_HOPS
    if not hops:
        return ""
    entries = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    return entries[-hops].strip() if len(entries) >= hops else ""


def _is_plain(text: str) -> bool:
    """Whether this is an IPv4 address as it is usually written: told without a parser of ours."""
    try:
        return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text)) == text
    except (OSError, ValueError):
        return False


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    if not text or len(text) > LONGEST:
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None
