"""Reads of what customers answered."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Organisation
from surveys.models import Response

Filter = Mapping[str, str | UUID | datetime]

LOOKUPS = {
    "survey": "survey",
    "contact": "contact",
    "channel": "channel",
    "state": "state",
    "from": "answered_at__gte",
    "to": "answered_at__lt",
}


def responses(organisation: Organisation, wanted: Filter) -> QuerySet[Response]:
    """Responses with their scores, narrowed by the filters that are given."""
    narrowing = {LOOKUPS[name]: value for name, value in wanted.items()}
    return Response.objects.within(organisation).filter(**narrowing).prefetch_related("scores")
