"""The clock's entry into the outbox."""

from celery import shared_task

from events.actions import relay as relays


@shared_task
def relay() -> None:
    """Ring again for events that still wait; every second."""
    relays.relay()
