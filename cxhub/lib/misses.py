"""Secret addresses that lead nowhere: whoever tries many of them is guessing, and has to wait."""

from django.http import HttpRequest

from cxhub.lib.client_ip import client_network
from cxhub.lib.limits import SharedLimit

# One count for every kind of secret link: a guesser does not start anew at the next one.
MISSES = SharedLimit("misses", 30, 600)


def wait_after_miss(request: HttpRequest) -> int:
    """Count one miss: 0 when it may be answered, else the seconds to wait."""
    return MISSES.wait(client_network(request))
