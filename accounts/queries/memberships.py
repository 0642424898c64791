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


def held_member(member: Membership) -> Membership | None:
    """The member as he is now, kept from being removed until the transaction ends.

    Ask before anything that names him is locked: whoever removes one locks him first.
    """
    rows = Membership.objects.within(member.organisation_id).filter(pk=member.pk)
    return (
        rows.select_related("user", "organisation")
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
