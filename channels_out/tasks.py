"""The entries of bell and clock into sending."""

from celery import shared_task

from channels_out.actions import bells, delivery, reconciling
from cxhub.lib.heartbeats import SWEEPER, beat


@shared_task
def deliver_messages(organisation_id: str, message_ids: list[str]) -> None:
    """Send those of the messages that are still to be sent; harmless when it runs again."""
    delivery.deliver_messages(organisation_id=organisation_id, message_ids=message_ids)


@shared_task
def deliver_due() -> None:
    """Ring for messages that are due; every two seconds."""
    bells.deliver_due()


@shared_task
def sweep() -> None:
    """Free what a dead worker held, and find out what became of it; every 30 seconds."""
    reconciling.sweep()
    beat(SWEEPER)
