"""Background work of the dashboards: telling open pages that numbers moved."""

from celery import shared_task
from django.db import transaction

from cxhub.lib import live
from events.actions.deliveries import consume
from events.models import DomainEvent


@shared_task
def push_live(organisation_id: str, event_ids: list[str]) -> None:
    """Nudge the pages of the surveys whose rollups were refreshed, once per survey."""
    versions: dict[str, int] = {}

    def collect(event: DomainEvent) -> None:
        topic = live.survey_topic(event.payload["survey"])
        versions[topic] = max(versions.get(topic, 0), event.payload["version"])

    with transaction.atomic():
        consume("dashboards.tasks.push_live", organisation_id, event_ids, collect)
        if versions:
            versions[live.organisation_topic(organisation_id)] = max(versions.values())
            transaction.on_commit(lambda: live.nudge(versions))
