"""Reads of what the rules found and who was told."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Organisation
from alerts.models import Incident, Notification


def incidents(organisation: Organisation) -> QuerySet[Incident]:
    """Everything the rules found, newest first, with its notifications as `told`."""
    notifications = (
        Notification.objects.within(organisation)
        .select_related("member__user")
        .order_by("created_at", "pk")
    )
    return (
        Incident.objects.within(organisation)
        .select_related(
            "rule",
            "response__survey",
            "response__version",
            "response__place",
            "response__contact",
        )
        .prefetch_related(Prefetch("notifications", queryset=notifications, to_attr="told"))
        .order_by("-opened_at", "-pk")
    )
