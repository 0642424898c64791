"""Reads of what the rules found and who was told."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from alerts.models import Incident, Notification


def incidents(organisation: Organisation) -> QuerySet[Incident]:
    """Everything the rules found, newest first."""
    return (
        Incident.objects.within(organisation)
        .select_related(
            "rule",
            "response__survey",
            "response__version",
            "response__place",
            "response__contact",
        )
        .order_by("-opened_at", "-pk")
    )


def told(
    organisation: Organisation, incidents: Sequence[Incident]
) -> dict[UUID, list[Notification]]:
    """By incident, who was told and what became of it."""
    rows = (
        Notification.objects.within(organisation)
        .filter(incident__in=[incident.pk for incident in incidents])
        .select_related("member__user")
        .order_by("created_at", "member__user__name", "pk")
    )
    found: dict[UUID, list[Notification]] = defaultdict(list)
    for row in rows:
        found[row.incident_id].append(row)
    return found
