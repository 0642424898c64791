"""Reaching a server that a member named: only public addresses, exactly those that were checked.

AB-45: a name may be public when it is saved and private when it is used, so it is looked up once
per connection, and the connection goes to an address of that very answer.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Found = tuple[int, tuple[Any, ...]]
# Where mail servers take mail to send; those above 1024 are for networks that block the others.
MAIL_PORTS = (25, 465, 587, 2465, 2525, 2587)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class HostNotAllowed(Exception):
    """An address of the host is not a public one, or it is our own; never says which."""


async def connected(
    host: str, port: int, *, is_internal_allowed: bool, own_host: str = ""
) -> socket.socket:
    """Return a socket that is connected to a checked address of the host."""
    loop = asyncio.get_running_loop()
    if not is_internal_allowed and (port not in MAIL_PORTS or _is_named(host, own_host)):
        raise HostNotAllowed
    found = await loop.getaddrinfo(_plain(host), port, type=socket.SOCK_STREAM)
    addresses = [(family, address) for family, _, _, _, address in found]
    if not is_internal_allowed:
        own = await loop.run_in_executor(None, _addresses_of, own_host)
        if not _are_public(addresses) or _are_ours(addresses, own):
            raise HostNotAllowed
    failure: OSError = OSError("the name has no address")
    for family, address in addresses:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(0)
        try:
            await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


def is_public(host: str, own_host: str = "") -> bool:
    """Look a host up and return whether every address of it is a public one, and none is ours."""
    if _is_named(host, own_host):
        return False
    found = _addresses_of(host)
    return _are_public(found) and not _are_ours(found, _addresses_of(own_host))


def _addresses_of(host: str) -> list[_Found]:
    if not host:
        return []
    try:
        found = socket.getaddrinfo(_plain(host), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [(family, address) for family, _, _, _, address in found]


def _is_named(host: str, own_host: str) -> bool:
    return bool(own_host) and _plain(host).casefold() == _plain(own_host).casefold()


def _are_ours(found: Sequence[_Found], own: Sequence[_Found]) -> bool:
    return not {address[0] for _, address in own}.isdisjoint(address[0] for _, address in found)


def _plain(host: str) -> str:
    return host.strip().rstrip(".")


def _are_public(found: Sequence[_Found]) -> bool:
    return bool(found) and all(
        _is_public(ipaddress.ip_address(str(address[0]).split("%")[0])) for _, address in found
    )


def _is_public(address: _Address) -> bool:
    inner = _wrapped(address)
    return (inner or address).is_global and not (inner or address).is_multicast


def _wrapped(address: _Address) -> _Address | None:
    """The IPv4 address that an IPv6 address stands for, if it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
