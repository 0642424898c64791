"""Telling what comes with a score and after it: words, other answers, the wish to be called."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone, translation

from accounts.models import Membership
from alerts.actions.evaluation import evaluate
from alerts.actions.letters import alert_body, language_of
from alerts.actions.settling import having, owners
from alerts.enums import NotificationState
from alerts.models import Incident, Notification
from alerts.queries.rules import watched_surveys
from cases.actions.cases import note_callback, note_change
from cases.models import Case
from cases.queries.cases import case_for
from cases.queries.stories import change_of, completed_response
from channels_out.actions.messages import Letter, queue_messages
from channels_out.enums import Purpose
from channels_out.queries.channels import default_channel
from cxhub.lib.ids import parse_uuid
from events.models import DomainEvent
from surveys.actions.callbacks import consent_wording
from surveys.models import Response

EXPIRES_AFTER = timedelta(hours=6)
TOLD = (NotificationState.QUEUED, NotificationState.SENT, NotificationState.DIGESTED)


def of_concern(events: Sequence[DomainEvent]) -> list[DomainEvent]:
    """Those of one organisation's events whose survey a rule watches, or that bring a wish."""
    watched = watched_surveys(events[0].organisation_id) if events else set()
    return [
        event
        for event in events
        if event.payload.get("has_wish") or parse_uuid(str(event.payload.get("survey"))) in watched
    ]


def evaluate_response(event: DomainEvent) -> None:
    """Judge the response of a `response.completed` event, then tell the wish it had with it."""
    response = _response_of(event)
    if response is None:
        return
    evaluate(response=response)
    if event.payload.get("has_wish"):
        with translation.override(response.language):
            wording = consent_wording(response.organisation.name)
        _tell_wish(event, response, wording)


def tell_words(event: DomainEvent) -> None:
    """Write once more to whoever was told of the score; a mail that still waits has the words."""
    for rows in _by_member(_notifications(event).filter(state__in=TOLD)).values():
        incidents = [row.incident for row in rows]
        _write(event, rows[0].member, incidents, key=f"words:{event.pk}")


def tell_change(event: DomainEvent) -> None:
    """Judge the changed answer, put the change into its case, and write to who knows the earlier.

    A rule that the earlier answer did not breach opens its incident now, one that it did opens no
    second. A mail that still waits has the new answer in it.
    """
    response = _response_of(event)
    if response is None:
        return
    told = _by_member(_notifications(event).filter(state__in=TOLD))
    opened = evaluate(response=response)
    case = case_for(response.organisation, response)
    change = change_of(response, parse_uuid(str(event.payload["earlier"])))
    if case is not None and change is not None:
        before, after = change
        note_change(case=case, before=before.note, after=after.note, words=before.words)
    told_anew = set(
        Notification.objects.within(event.organisation_id)
        .filter(incident__in=opened)
        .values_list("member_id", flat=True)
    )
    for member_id, rows in told.items():
        if member_id not in told_anew:
            incidents = [row.incident for row in rows]
            _write(event, rows[0].member, incidents, key=f"change:{event.pk}")


def tell_callback(event: DomainEvent) -> None:
    """Put the wish to be contacted into its case, and write to whoever was told of the score.

    A mail that still waits has the wish in it. Where no alert names anybody, whoever has the
    case is told, else the owners: a customer who asks does not wait for a rule to be made.
    """
    response = _response_of(event)
    if response is not None:
        _tell_wish(event, response, str(event.payload["wording"]))


def _tell_wish(event: DomainEvent, response: Response, wording: str) -> None:
    case = note_callback(response=response, wording=wording)
    key, notified = f"callback:{response.pk}", _by_member(_notifications(event))
    for rows in notified.values():
        if any(row.state in TOLD for row in rows):
            _write(event, rows[0].member, [row.incident for row in rows], key=key)
    if not notified:
        for member in _responsible(case):
            _write(event, member, [], key=key, response=response)


def _response_of(event: DomainEvent) -> Response | None:
    return completed_response(event.organisation_id, parse_uuid(str(event.payload["response"])))


def _notifications(event: DomainEvent) -> QuerySet[Notification]:
    """Who is or will be told of the event's response."""
    return (
        Notification.objects.within(event.organisation_id)
        .filter(incident__response=event.payload["response"])
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


def _by_member(rows: Iterable[Notification]) -> dict[UUID, list[Notification]]:
    by_member: dict[UUID, list[Notification]] = defaultdict(list)
    for row in rows:
        by_member[row.member_id].append(row)
    return by_member


def _responsible(case: Case) -> Iterable[Membership]:
    return having(case) or owners(case.organisation)


def _write(
    event: DomainEvent,
    member: Membership,
    incidents: Sequence[Incident],
    *,
    key: str,
    response: Response | None = None,
) -> None:
    """Queue one mail, once per key and member; without a channel none can leave."""
    channel = default_channel(event.organisation, "email")
    if channel is None:
        return
    letter = Letter(
        to=member.user.email,
        language=language_of(member),
        body=alert_body(member=member, incidents=incidents, response=response),
        purpose=Purpose.ALERT,
        dedupe_key=f"{key}:{member.pk}",
        expires_at=timezone.now() + EXPIRES_AFTER,
        user=member.user,
    )
    queue_messages(organisation=event.organisation, channel=channel, letters=[letter])
