"""From how many networks personal links were opened: the sign of a link that was passed on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from surveys.models import LinkVisit

FORWARDED_ABOVE = 3  # networks: at home, on the way, at work
SCORES = 11  # rating links of a message
MOST_NETWORKS = 20  # rows per link; surveys_count_visits keeps the bound


@dataclass(frozen=True)
class Spread:
    """The networks one personal link was opened from: people's, and machines' alone."""

    networks: int
    automated_networks: int

    @property
    def is_forwarded(self) -> bool:
        """Whether so many networks are unusual for one person; what machines open says nothing."""
        return self.networks > FORWARDED_ABOVE

    @property
    def is_full(self) -> bool:
        return self.networks + self.automated_networks >= MOST_NETWORKS

    @property
    def words(self) -> str:
        """What there is to say about it, in plain words."""
        return " ".join(filter(None, [self._opened(), self._by_machines()]))

    def _opened(self) -> str:
        if not self.networks:
            return ""
        count = {"networks": self.networks}
        if not self.is_forwarded:
            words = ngettext(
                "This link was opened from %(networks)s network.",
                "This link was opened from %(networks)s networks.",
                self.networks,
            )
        elif self.is_full:
            words = _(
                "This link was opened from at least %(networks)s networks: "
                "it may have been forwarded."
            )
        else:
            words = _(
                "This link was opened from %(networks)s networks: it may have been forwarded."
            )
        return words % count

    def _by_machines(self) -> str:
        if not self.automated_networks:
            return ""
        return _(
            "A machine, such as a mail filter, opened the survey link too: "
            "that alone has no effect."
        )


def spreads(organisation: Organisation | UUID, invitations: Collection[UUID]) -> dict[UUID, Spread]:
    """The spread of each of the invitations that was opened."""
    by_people = Q(visits__gt=F("automated_visits"))
    rows = (
        LinkVisit.objects.within(organisation)
        .filter(invitation__in=invitations)
        .values_list("invitation")
        .annotate(people=Count("pk", filter=by_people), machines=Count("pk", filter=~by_people))
    )
    return {pk: Spread(people, machines) for pk, people, machines in rows}


def opened_links(
    organisation: Organisation | UUID, invitations: Collection[UUID] | QuerySet[Any]
) -> int:
    """How many of the invitations somebody has opened; a machine is nobody."""
    rows = LinkVisit.objects.within(organisation).filter(
        invitation__in=invitations, visits__gt=F("automated_visits")
    )
    return rows.values("invitation").distinct().count()


def scores_opened(
    organisation: Organisation | UUID,
    invitation: UUID,
    moments: Collection[datetime],
    within: timedelta,
) -> set[int]:
    """The scores whose rating links were opened near one of these moments; all, behind the trap."""
    is_near = Q()
    for moment in moments:
        is_near |= Q(burst_at__range=(moment - within, moment + within))
    rows = LinkVisit.objects.within(organisation).filter(is_near, invitation=invitation)
    masks = list(rows.values_list("burst_scores", flat=True))
    return {score for score in range(SCORES) for mask in masks if mask >> score & 1}


def spread_of(organisation: Organisation | UUID, invitation: UUID | None) -> Spread | None:
    """The spread of one invitation; None when there is none, or nobody has opened it."""
    return spreads(organisation, [invitation]).get(invitation) if invitation else None
