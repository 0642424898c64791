"""Places: adding, changing, putting away and bringing back."""

from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actions import audit
from accounts.exceptions import CodeTaken, NameTaken
from accounts.models import Organisation, Place, User
from accounts.queries.places import place_called, place_coded
from cxhub.lib.locks import take_turn
from cxhub.subscriptions import ON_RENAMING


@dataclass(frozen=True)
class Details:
    """What is known of a place; events name it by its code or its name."""

    name: str
    code: str = ""
    city: str = ""
    timezone: str = ""


@transaction.atomic
def add_place(*, organisation: Organisation, details: Details, actor: User | None) -> Place:
    """A new place; the same name again is the same place.

    If it was archived it is brought back, with what is said of it now.
    """
    take_turn(f"places:{organisation.pk}")
    if known := place_called(organisation, details.name):
        if known.archived_at is not None:
            restore_place(place=known, actor=actor)
            said = {field: value for field, value in asdict(details).items() if value}
            change_place(place=known, details=replace(_of(known), **said), actor=actor)
        return known
    _check_code(organisation, details.code)
    place = Place.objects.create(organisation=organisation, **asdict(details))
    _record(place, actor, "place.added")
    return place


@transaction.atomic
def change_place(*, place: Place, details: Details, actor: User | None) -> None:
    """Call the place otherwise, or say more of it; the log says what."""
    take_turn(f"places:{place.organisation_id}")
    changed = {
        field: value for field, value in asdict(details).items() if getattr(place, field) != value
    }
    if not changed:
        return
    namesake = place_called(place.organisation, details.name)
    if namesake is not None and namesake.pk != place.pk:
        raise NameTaken
    if "code" in changed:
        _check_code(place.organisation, details.code, besides=place)
    for field, value in changed.items():
        setattr(place, field, value)
    place.save(update_fields=list(changed))
    _record(place, actor, "place.changed", **changed)
    if "name" in changed:
        for path in ON_RENAMING:
            import_string(path)(place)


@transaction.atomic
def archive_place(*, place: Place, actor: User | None) -> None:
    """Offer the place to nobody any more; what names it keeps it."""
    if place.archived_at is None:
        place.archived_at = timezone.now()
        place.save(update_fields=["archived_at"])
        _record(place, actor, "place.archived")


@transaction.atomic
def restore_place(*, place: Place, actor: User | None) -> None:
    """Offer an archived place again."""
    if place.archived_at is not None:
        place.archived_at = None
        place.save(update_fields=["archived_at"])
        _record(place, actor, "place.restored")


def _of(place: Place) -> Details:
    return Details(place.name, place.code, place.city, place.timezone)


def _check_code(organisation: Organisation, code: str, *, besides: Place | None = None) -> None:
    """Two places of one code could not be told apart in an event."""
    other = place_coded(organisation, code) if code else None
    if other is not None and other != besides:
        raise CodeTaken


def _record(place: Place, actor: User | None, action: str, **changed: str) -> None:
    audit.record(
        organisation=place.organisation,
        actor=actor,
        action=action,
        target=place.name,
        detail={"place": str(place.pk), **changed},
    )
