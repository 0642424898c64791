"""Opening public doors to a survey."""

import secrets

from django.db import transaction

from accounts.actions import audit
from accounts.exceptions import PlaceArchived
from accounts.models import Place, User
from surveys.enums import CollectorKind, SurveyState
from surveys.exceptions import WrongState
from surveys.models import Collector, Survey
from surveys.queries.doors import collectors, is_code_taken

# Without 0 O 1 I L U: a code is also read aloud and typed. 8 letters are 39 bits, and an
# upper-case address of 32 characters still fits a QR code of 25 modules.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


@transaction.atomic
def create_collector(
    *,
    survey: Survey,
    kind: str,
    place: Place | None = None,
    name: str = "",
    actor: User | None = None,
) -> Collector:
    """A new door with a code of its own; answers through it carry its place."""
    if survey.state == SurveyState.ARCHIVED:
        raise WrongState(survey.state)
    if place is not None and place.archived_at is not None:
        raise PlaceArchived
    collector = Collector.objects.create(
        organisation=survey.organisation,
        survey=survey,
        kind=CollectorKind(kind),
        code=_free_code(),
        name=name,
        place=place,
    )
    audit.record(
        organisation=survey.organisation,
        actor=actor,
        action="collector.created",
        target=str(collector.pk),
        detail={"survey": str(survey.pk), "kind": str(kind)},
    )
    return collector


@transaction.atomic
def ensure_link(*, survey: Survey, actor: User | None) -> Collector:
    """The survey's web link, made the first time that somebody needs it."""
    found = collectors(survey.organisation, survey).filter(kind=CollectorKind.LINK).first()
    return found or create_collector(survey=survey, kind=CollectorKind.LINK, actor=actor)


@transaction.atomic
def set_open(*, collector: Collector, is_open: bool, actor: User | None) -> Collector:
    """Open or close one door; the survey and its other doors stay as they are."""
    if collector.is_open != is_open:
        collector.is_open = is_open
        collector.save(update_fields=["is_open"])
        audit.record(
            organisation=collector.organisation,
            actor=actor,
            action="collector.opened" if is_open else "collector.closed",
            target=str(collector.pk),
        )
    return collector


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not is_code_taken(code):
            return code
