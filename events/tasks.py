"""The clock's entry into the outbox."""

from celery import shared_task

from accounts.actions import housekeeping
from cxhub.lib.heartbeats import CLOCK, beat
from events.actions import relay as relays


@shared_task
def relay() -> None:
    """Ring again for events that still wait; every second."""
    relays.relay()
    beat(CLOCK)


@shared_task
def forget_handled() -> None:
    """Forget events that everybody has handled, after 30 days."""
    housekeeping.forget(function="events_forget_handled")
