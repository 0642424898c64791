"""Archiving a place together with the doors that stand there."""

from django.db import transaction

from accounts.actions import places
from accounts.models import Place, User
from surveys.actions.collectors import set_open
from surveys.queries.doors import doors_at


@transaction.atomic
def archive_place(*, place: Place, closes_doors: bool, actor: User | None) -> None:
    """Offer the place to nobody; its doors go on, and their answers carry it, unless closed."""
    places.archive_place(place=place, actor=actor)
    if closes_doors:
        for door in doors_at(place).filter(is_open=True):
            set_open(collector=door, is_open=False, actor=actor)
