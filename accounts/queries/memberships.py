"""Reads of who belongs where."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Membership, Organisation, User
from cxhub.lib.rows import columns, instances

MEMBERSHIPS = f"""
SELECT {columns(Membership, "m")}, {columns(Organisation, "o")}
FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
WHERE m.user_id = %s AND NOT o.is_suspended
ORDER BY o.name
"""


def memberships_of(user: User) -> list[Membership]:
    """Where a person belongs, by name; needs the person to be the transaction's acting user.

    Every request of a member asks this: putting a queryset's statement together takes longer
    than the answer, so the statement is written down.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEMBERSHIPS, [user.pk])
        return [_membership(user, row) for row in cursor.fetchall()]


def _membership(user: User, row: Iterable[Any]) -> Membership:
    membership: Membership
    membership, membership.organisation = instances(row, Membership, Organisation)
    membership.user = user
    return membership


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
