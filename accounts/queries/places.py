"""Reads of places."""

from django.db.models import QuerySet

from accounts.models import Organisation, Place


def places(organisation: Organisation) -> QuerySet[Place]:
    """The organisation's places, by name."""
    return Place.objects.within(organisation).order_by("name")
