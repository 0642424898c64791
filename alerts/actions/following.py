"""Telling the words that a customer adds after his score, as he does by text message."""

from datetime import timedelta

from django.utils import timezone

from alerts.actions.letters import alert_body, language_of
from alerts.enums import NotificationState
from alerts.models import Incident, Notification
from channels_out.actions.messages import Letter, queue_messages
from channels_out.enums import Purpose
from channels_out.queries.channels import default_channel
from events.models import DomainEvent

EXPIRES_AFTER = timedelta(hours=6)
TOLD = (NotificationState.QUEUED, NotificationState.SENT, NotificationState.DIGESTED)


def tell_words(event: DomainEvent) -> None:
    """Write once more to whoever was told of the score; a mail that still waits has the words."""
    told = (
        Notification.objects.within(event.organisation_id)
        .filter(incident__response=event.payload["response"], state__in=TOLD)
        .select_related(
            "organisation",
            "member__user",
            "member__organisation",
            "incident__rule",
            "incident__response__survey",
            "incident__response__version",
            "incident__response__place",
            "incident__response__contact",
        )
        .order_by("created_at", "pk")
    )
    by_member: dict[object, list[Notification]] = {}
    for notification in told:
        by_member.setdefault(notification.member_id, []).append(notification)
    letters = [_letter(event, rows) for rows in by_member.values()]
    channel = default_channel(event.organisation, "email") if letters else None
    if channel is not None:
        queue_messages(organisation=event.organisation, channel=channel, letters=letters)


def _letter(event: DomainEvent, rows: list[Notification]) -> Letter:
    member = rows[0].member
    incidents: list[Incident] = [row.incident for row in rows]
    return Letter(
        to=member.user.email,
        language=language_of(member),
        body=alert_body(member=member, incidents=incidents),
        purpose=Purpose.ALERT,
        dedupe_key=f"words:{event.pk}:{member.pk}",
        expires_at=timezone.now() + EXPIRES_AFTER,
        user=member.user,
    )
