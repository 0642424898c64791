"""Sending notifications: claimed with their mails in one transaction, so that none is lost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.actions.rounds import for_each_organisation
from accounts.models import Membership, Organisation
from alerts.actions.grouping import WINDOW, Due, Mailed, plan_mails
from alerts.actions.letters import alert_body, digest_body, language_of
from alerts.actions.settling import DIGEST_KEY, settle
from alerts.enums import NotificationState
from alerts.models import Incident, Notification
from channels_out.actions.messages import Body, Letter, queue_messages
from channels_out.enums import Purpose
from channels_out.models import Channel
from channels_out.queries.channels import default_channel
from cxhub.lib.locks import take_turn
from cxhub.lib.tenancy import tenant

EXPIRES_AFTER = timedelta(hours=6)
BATCH = 2_000
ALERT_KEY = "alert:"
NO_CHANNEL = "no_channel"


def notify_due() -> int:
    """Send what is due and write down what became of what was sent, everywhere."""
    return for_each_organisation("alerts_due_organisations", lambda pk: notify(organisation_id=pk))


def notify(*, organisation_id: UUID | str) -> int:
    """One organisation's turn; returns how many mails were queued."""
    with tenant(organisation_id):
        settle(organisation_id=organisation_id)
    with tenant(organisation_id):
        return _send_due(organisation_id)


def _send_due(organisation_id: UUID | str) -> int:
    """Plan each member's mails; the lock keeps two workers from both counting to five."""
    take_turn(f"alerts:{organisation_id}")
    now = timezone.now()
    due = list(
        Notification.objects.within(UUID(str(organisation_id)))
        .filter(state=NotificationState.PENDING, due_at__lte=now)
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
        .order_by("created_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    organisation = due[0].organisation
    channel = default_channel(organisation, "email")
    if channel is None:
        _fail(due)
        return 0
    mailed = _mailed_lately(organisation, due, now)
    by_member: dict[UUID, list[Notification]] = defaultdict(list)
    for notification in due:
        by_member[notification.member_id].append(notification)
    return sum(
        _send_to_member(channel, rows, mailed.get(member_id, []), now)
        for member_id, rows in by_member.items()
    )


def _send_to_member(
    channel: Channel, rows: Sequence[Notification], mailed: Sequence[Mailed], now: datetime
) -> int:
    by_id = {row.pk: row for row in rows}
    plan = plan_mails([_due(row) for row in rows], mailed, now)
    Notification.objects.within(rows[0].organisation).filter(pk__in=plan.waiting).update(
        due_at=plan.wait_until
    )
    mails = [(ALERT_KEY, group) for group in plan.singles]
    mails += [(DIGEST_KEY, group) for group in plan.digests]
    for key, group in mails:
        _queue(channel, key, [by_id[pk] for pk in group], now)
    return len(mails)


def _queue(channel: Channel, key: str, rows: Sequence[Notification], now: datetime) -> None:
    """Write one mail and tie its notifications to it."""
    member = rows[0].member
    incidents = [row.incident for row in rows]
    letter = Letter(
        to=member.user.email,
        language=language_of(member),
        body=_body_for(member, incidents),
        purpose=Purpose.ALERT,
        dedupe_key=f"{key}{rows[0].pk}",
        expires_at=now + EXPIRES_AFTER,
        user=member.user,
    )
    (message,) = queue_messages(
        organisation=rows[0].organisation, channel=channel, letters=[letter]
    )
    Notification.objects.within(rows[0].organisation).filter(
        pk__in=[row.pk for row in rows]
    ).update(state=NotificationState.QUEUED, message=message)


def _body_for(member: Membership, incidents: Sequence[Incident]) -> Body:
    is_one = len({incident.response_id for incident in incidents}) == 1
    return (alert_body if is_one else digest_body)(member=member, incidents=incidents)


def _due(row: Notification) -> Due:
    return Due(row.pk, row.incident.response_id, is_grouped=row.due_at > row.created_at)


def _mailed_lately(
    organisation: Organisation, due: Sequence[Notification], now: datetime
) -> Mapping[UUID, list[Mailed]]:
    """The alert mails of the last minutes, by member."""
    rows = (
        Notification.objects.within(organisation)
        .filter(member__in={row.member_id for row in due})
        .filter(message__created_at__gt=now - WINDOW)
        .values_list("member_id", "message_id", "message__created_at", "message__dedupe_key")
        .distinct()
    )
    mailed: dict[UUID, list[Mailed]] = defaultdict(list)
    for member_id, _message, at, key in rows:
        mailed[member_id].append(Mailed(at, is_digest=key.startswith(DIGEST_KEY)))
    return mailed


def _fail(due: Sequence[Notification]) -> None:
    """Without a channel no mail can leave; the rows stay as the copy in the application."""
    Notification.objects.within(due[0].organisation).filter(pk__in=[row.pk for row in due]).update(
        state=NotificationState.FAILED, error=NO_CHANNEL
    )
