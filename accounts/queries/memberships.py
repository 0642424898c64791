"""Reads of who belongs where."""

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, User


def memberships_of(user: User) -> QuerySet[Membership]:
    """A person's memberships; needs the person to be the transaction's acting user."""
    return (
        Membership.objects.filter(user=user, organisation__is_suspended=False)
        .select_related("organisation", "user")
        .order_by("organisation__name")
    )


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Everybody in the organisation, by name."""
    return (
        Membership.objects.within(organisation)
        .select_related("user", "team", "organisation")
        .order_by("user__name", "user__email")
    )
