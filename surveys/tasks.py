"""Background work of surveys: counting answers."""

from celery import shared_task

from accounts.actions.rounds import for_each_organisation
from events.actions.deliveries import consume
from events.models import DomainEvent
from surveys.actions import holding, rollups


@shared_task
def refresh_rollup(organisation_id: str, event_ids: list[str]) -> None:
    """Count the answers that were just completed."""

    def count(_event: DomainEvent) -> None:
        # One batch: what it touches stays locked until the events are marked, and other
        # counts wait for it. The clock counts the rest, with a commit for each batch.
        rollups.roll_up_batch(organisation_id)

    consume(
        "surveys.tasks.refresh_rollup",
        organisation_id,
        event_ids,
        count,
        choose=lambda events: events[:1],  # one count sees all answers that wait
    )


@shared_task
def roll_up() -> None:
    """Count what no bell rang for; every second."""
    for_each_organisation("surveys_unrolled_organisations", rollups.roll_up)


@shared_task
def settle_held() -> None:
    """Count what nobody touched but sent, or set it aside; every few seconds."""
    for_each_organisation("surveys_holding_organisations", holding.settle_held)


@shared_task
def check_rollups() -> None:
    """Find and repair counts that differ from the answers; every night."""
    for_each_organisation("surveys_counted_organisations", rollups.check_rollups)
