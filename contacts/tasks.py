"""What the contacts app does when something has happened elsewhere."""

from celery import shared_task

from contacts.actions import bounces
from events.actions.deliveries import consume
from events.models import DomainEvent


@shared_task
def suppress_bounced(organisation_id: str, event_ids: list[str]) -> None:
    """Addresses that bounced are not written to again."""
    consume("contacts.tasks.suppress_bounced", organisation_id, event_ids, _suppress)


def _suppress(event: DomainEvent) -> None:
    bounces.suppress_bounced(event=event)
