"""What a page that was shown behind a personal link tells the counter of visits."""

import time

from django.http import HttpRequest

from cxhub.lib.client_ip import client_network
from surveys.actions.visits import Seen, note_visit

LONGEST = 300  # of what a stranger may send at any length
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


def note(request: HttpRequest, token: str) -> None:
    """Hand over who came, without a write, a wait or a query."""
    meta = request.META
    note_visit(
        Seen(
            token=token,
            network=client_network(request),
            method=str(request.method),
            user_agent=meta.get("HTTP_USER_AGENT", "")[:LONGEST],
            purpose=" ".join([meta[name][:LONGEST] for name in PURPOSES if name in meta]),
            query=meta.get("QUERY_STRING", "")[:LONGEST],
            at=time.time(),
        )
    )
