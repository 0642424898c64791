"""TCP ports of this machine."""

from __future__ import annotations

import contextlib
import socket

from launcher.telling import TroubleError


def free_port(first: int = 0) -> int:
    """A free TCP port of this machine: any, or the first one from a number on."""
    for port in range(first, min(first + 100, 65536)) if first else (0,):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise TroubleError(f"No free port from {first} on.")


def is_free(port: int) -> bool:
    with contextlib.suppress(TroubleError):
        return free_port(port) == port
    return False


def check_port(port: int) -> None:
    """Refuse a port that the pages cannot have, and name one that they can."""
    if not 0 < port < 65535:
        raise TroubleError("A port is a number from 1 to 65534.")
    if not is_free(port):
        why = "is in use" if port > 1023 else "is in use, or only root may use it"
        raise TroubleError(f"Port {port} {why}: ./cx run --port {free_port(max(port, 1023) + 1)}")
