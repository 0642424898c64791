"""The entries of bell and clock into watching and telling."""

from celery import shared_task

from alerts.actions import following, notifying, rules, settling
from events.actions.deliveries import consume


@shared_task
def evaluate_response(organisation_id: str, event_ids: list[str]) -> None:
    """Judge responses that were completed."""
    consume(
        "alerts.tasks.evaluate_response",
        organisation_id,
        event_ids,
        following.evaluate_response,
        choose=following.of_concern,
    )


@shared_task
def tell_words(organisation_id: str, event_ids: list[str]) -> None:
    """Tell the words that came after a score."""
    consume("alerts.tasks.tell_words", organisation_id, event_ids, following.tell_words)


@shared_task
def tell_change(organisation_id: str, event_ids: list[str]) -> None:
    """Judge answers anew that their customers changed, and tell who knows the earlier ones."""
    consume("alerts.tasks.tell_change", organisation_id, event_ids, following.tell_change)


@shared_task
def tell_callback(organisation_id: str, event_ids: list[str]) -> None:
    """Put wishes to be called back into their cases, and tell who answers for them."""
    consume("alerts.tasks.tell_callback", organisation_id, event_ids, following.tell_callback)


@shared_task
def offer_rule(organisation_id: str, event_ids: list[str]) -> None:
    """Make the template's rule for surveys that were published."""
    consume("alerts.tasks.offer_rule", organisation_id, event_ids, rules.offer_rule)


@shared_task
def record_failure(organisation_id: str, event_ids: list[str]) -> None:
    """Find somebody else to tell when a mail came back."""
    consume("alerts.tasks.record_failure", organisation_id, event_ids, settling.record_failure)


@shared_task
def notify(organisation_id: str) -> None:
    """Send one organisation's notifications, as soon as they are committed."""
    notifying.notify(organisation_id=organisation_id)


@shared_task
def notify_due() -> None:
    """Send notifications whose bell was lost or whose summary is due; every five seconds."""
    notifying.notify_due()
