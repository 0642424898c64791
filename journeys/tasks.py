"""What the clock and events make the journeys app do."""

from uuid import UUID

from celery import shared_task

from events.actions.deliveries import consume
from events.models import DomainEvent
from journeys.actions import conversations, sending, settling


@shared_task
def send_due_outreach() -> None:
    """Ring for the organisations that have customers to ask; every two seconds."""
    sending.send_due_outreach()


@shared_task
def send_outreach(organisation_id: str) -> None:
    """Hand over what is due in one organisation, a chunk at a time."""
    sending.send_outreach(organisation_id=UUID(organisation_id))


@shared_task
def settle_outreach(organisation_id: str, event_ids: list[str]) -> None:
    """A customer who has answered is not asked again."""
    consume(
        "journeys.tasks.settle_outreach",
        organisation_id,
        event_ids,
        _settle,
        choose=settling.of_asked_customers,
    )


@shared_task
def continue_conversation(organisation_id: str, event_ids: list[str]) -> None:
    """A customer's text goes on with the survey that it answers."""
    consume("journeys.tasks.continue_conversation", organisation_id, event_ids, _continue)


def _settle(event: DomainEvent) -> None:
    settling.settle_outreach(event=event)


def _continue(event: DomainEvent) -> None:
    conversations.continue_conversation(event=event)
