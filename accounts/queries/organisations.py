"""Reads of organisations by what an address says."""

from accounts.models import Organisation


def organisation_at(slug: str) -> Organisation | None:
    """The organisation of a slug, unless it is suspended."""
    return Organisation.objects.filter(slug=slug, is_suspended=False).first()
