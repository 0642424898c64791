"""Reads of who belongs where."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, User

MEMBERSHIPS = """
SELECT o.*, m.id AS member_id, m.role AS member_role, m.team_id AS member_team,
  m.created_at AS member_since
FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
WHERE m.user_id = %s AND NOT o.is_suspended
ORDER BY o.name
"""


def memberships_of(user: User) -> list[Membership]:
    """Where a person belongs, by name; needs the person to be the transaction's acting user.

    Every request of a member asks this: putting a queryset's statement together takes longer
    than the answer, so the statement is written down.
    """
    rows = cast("Iterable[Any]", Organisation.objects.raw(MEMBERSHIPS, [user.pk]))
    return [_membership(user, row) for row in rows]


def _membership(user: User, row: Any) -> Membership:
    """What was read: to save it changes a row, and a column left out is read when asked for."""
    columns = {
        "id": row.member_id,
        "organisation_id": row.pk,
        "user_id": user.pk,
        "role": row.member_role,
        "team_id": row.member_team,
        "created_at": row.member_since,
    }
    membership = Membership.from_db(row._state.db, [*columns], [*columns.values()])
    membership.organisation, membership.user = row, user
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
