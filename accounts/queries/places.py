"""Reads of places."""

from django.db.models import QuerySet

from accounts.models import Organisation, Place


def places(organisation: Organisation) -> QuerySet[Place]:
    """The places that can be chosen, by name."""
    return _all(organisation).filter(archived_at=None)


def archived_places(organisation: Organisation) -> QuerySet[Place]:
    """The places that only what is past names, by name."""
    return _all(organisation).exclude(archived_at=None)


def place_called(organisation: Organisation, name: str) -> Place | None:
    """The place of a name, however it is capitalised, archived or not: so events find it too."""
    return _all(organisation).filter(name__iexact=name).first()


def place_coded(organisation: Organisation, code: str) -> Place | None:
    """The place of a code, however it is capitalised, archived or not."""
    return _all(organisation).filter(code__iexact=code).first()


def _all(organisation: Organisation) -> QuerySet[Place]:
    return Place.objects.within(organisation).select_related("organisation").order_by("name")
