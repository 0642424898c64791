"""Reads of teams and of who is in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership, Organisation, Team
from accounts.queries.memberships import members


@dataclass(frozen=True)
class Roster:
    """A team with its members, by name."""

    team: Team
    members: Sequence[Membership]


def teams(organisation: Organisation) -> QuerySet[Team]:
    """The organisation's teams, by name."""
    return Team.objects.within(organisation).order_by("name")


def rosters(organisation: Organisation) -> list[Roster]:
    """Every team with its members."""
    by_team: dict[UUID | None, list[Membership]] = defaultdict(list)
    for member in members(organisation).exclude(team=None):
        by_team[member.team_id].append(member)
    return [Roster(team, by_team[team.pk]) for team in teams(organisation)]


def team_called(organisation: Organisation, name: str) -> Team | None:
    """The team of a name, however it is capitalised."""
    return teams(organisation).filter(name__iexact=name).first()


def held_teams(organisation: Organisation | UUID, wanted: Iterable[Team]) -> list[Team]:
    """Those of the teams that are there, kept from being deleted until the transaction ends.

    Ask before anything that names a team is locked: whoever deletes one locks it first.
    """
    rows = Team.objects.within(organisation).filter(pk__in=[team.pk for team in wanted])
    return list(rows.order_by("pk").select_for_update(no_key=True))
