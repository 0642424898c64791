"""Short-lived signed tickets that let a browser open the live stream.

Standard library only: the live process runs without Django.
"""

import base64
import hashlib
import hmac
import json
import time

LIFETIME = 15 * 60


def issue_ticket(secret: str, *, topics: list[str], now: float | None = None) -> str:
    """A ticket for some topics, good for 15 minutes."""
    expires = int((time.time() if now is None else now) + LIFETIME)
    body = base64.urlsafe_b64encode(json.dumps({"t": topics, "e": expires}).encode()).decode()
    return f"{body}.{_signature(secret, body)}"


def read_ticket(secret: str, ticket: str, *, now: float | None = None) -> list[str] | None:
    """The ticket's topics, or None when it is forged, altered or too old."""
    body, _, signature = ticket.partition(".")
    if not hmac.compare_digest(_signature(secret, body).encode(), signature.encode()):
        return None
    content = json.loads(base64.urlsafe_b64decode(body))
    if content["e"] < (time.time() if now is None else now):
        return None
    return [str(topic) for topic in content["t"]]


def issued_at(ticket: str) -> int:
    """When a ticket that was read was issued."""
    content = json.loads(base64.urlsafe_b64decode(ticket.partition(".")[0]))
    return int(content["e"]) - LIFETIME


def _signature(secret: str, body: str) -> str:
    key = hashlib.sha256(f"live-ticket:{secret}".encode()).digest()
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
