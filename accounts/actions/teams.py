"""Making teams, and putting members into them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.module_loading import import_string

from accounts.actions import audit
from accounts.exceptions import NameTaken
from accounts.models import Membership, Organisation, Team, User
from accounts.queries.teams import team_called
from cxhub.lib.locks import take_turn
from cxhub.subscriptions import ON_DISBANDING


@transaction.atomic
def create_team(*, organisation: Organisation, name: str, actor: User) -> Team:
    """A new team; the same name again is the same team."""
    _take_turn(organisation.pk)
    if known := team_called(organisation, name):
        return known
    team = Team.objects.create(organisation=organisation, name=name)
    _record(team, actor, "team.created")
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, actor: User) -> None:
    """Call the team otherwise; no two teams have one name."""
    _take_turn(team.organisation_id)
    other = team_called(team.organisation, name)
    if other is not None and other.pk != team.pk:
        raise NameTaken
    if team.name == name:
        return
    before, team.name = team.name, name
    team.save(update_fields=["name"])
    _record(team, actor, "team.renamed", before=before)


@transaction.atomic
def put_into_team(*, team: Team, members: Sequence[Membership], actor: User) -> int:
    """Put members into the team, out of the one they were in; returns how many are new there."""
    rows = Membership.objects.within(team.organisation_id).filter(
        pk__in=[member.pk for member in members]
    )
    moved = [
        member
        for member in rows.order_by("pk")
        .select_related("user")
        .select_for_update(of=("self",), no_key=True)
        if member.team_id != team.pk
    ]
    for member in moved:
        member.team = team
        member.save(update_fields=["team"])
        _record(team, actor, "team.member_added", member=member.user.email)
    return len(moved)


@transaction.atomic
def take_out_of_team(*, team: Team, member: Membership, actor: User) -> None:
    """Take a member out; one who is in another team by now stays there."""
    rows = Membership.objects.within(team.organisation_id).filter(pk=member.pk, team=team)
    if rows.update(team=None):
        _record(team, actor, "team.member_removed", member=member.user.email)


@transaction.atomic
def disband_team(*, team: Team, actor: User) -> None:
    """Delete the team; its members stay, and what named it goes on without it."""
    for path in ON_DISBANDING:
        import_string(path)(team)
    _record(team, actor, "team.deleted")
    team.delete()


def _take_turn(organisation_id: UUID) -> None:
    """One at a time gives a team its name: two that differ in capitals only are one."""
    take_turn(f"teams:{organisation_id}")


def _record(team: Team, actor: User, action: str, **detail: str) -> None:
    audit.record(
        organisation=team.organisation,
        actor=actor,
        action=action,
        target=team.name,
        detail={"team": str(team.pk), **detail},
    )
