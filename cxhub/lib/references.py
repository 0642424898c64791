"""The reference of a fault: what a person reads on the page stands in the log's lines as well.

Imports nothing of ours: settings use it.
"""

import secrets
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

FAULTS = ("error", "critical")

# None outside of a request, "" in one to which nothing has happened yet.
_current: ContextVar[str | None] = ContextVar("reference", default=None)


def begin_request() -> None:
    """From here on the thread works for somebody else."""
    _current.set("")


def reference() -> str:
    """The reference of what went wrong in this request; made when it is first asked for."""
    known = _current.get()
    if known:
        return known
    made = secrets.token_hex(4).upper()
    made = f"{made[:4]}-{made[4:]}"
    if known is not None:
        _current.set(made)
    return made


def add_reference(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put the reference into the line of a fault, and into those that follow it."""
    known = _current.get()
    if known or (known is not None and event.get("level") in FAULTS):
        event["reference"] = reference()
    return event
