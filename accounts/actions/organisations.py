"""Founding an organisation and letting people in."""

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.text import slugify

from accounts.actions import audit
from accounts.enums import Role
from accounts.exceptions import LastOwner, SignUpClosed
from accounts.models import Membership, Organisation, User
from accounts.queries.memberships import held_member
from cxhub.lib import live, phones, zones
from cxhub.lib.tenancy import tenant
from cxhub.subscriptions import ON_FOUNDING

RESERVED_SLUGS = {"new", "api", "admin"}
NUMBERED = 20  # organisations of one name that get a number; later ones get letters by chance
CHANCES = 5


@dataclass(frozen=True)
class Profile:
    """What an organisation says of itself, and how often its customers may be asked."""

    name: str
    language: str
    country: str
    timezone: str
    contact_email: str
    fatigue_days: int
    fatigue_per_contact: int


@transaction.atomic
def found_organisation(
    *,
    name: str,
    owner: User,
    language: str,
    slug: str = "",
    timezone: str = "",
    is_demo: bool = False,
) -> Organisation:
    """A new organisation whose founder is its owner, with what it needs to begin.

    A time zone that we know gives it its clock and its country; the settings change both.
    """
    if not (settings.SIGN_UP_OPEN or is_demo):
        raise SignUpClosed
    draft = Organisation(name=name, language=language, is_demo=is_demo)
    if country := zones.countries().get(timezone):
        draft.timezone = timezone
        draft.country = country if country in phones.REGIONS else draft.country
    organisation = _create_with_free_slug(draft, slug or slugify(name)[:50])
    with tenant(organisation.pk):
        add_member(organisation=organisation, user=owner, role=Role.OWNER, actor=owner)
        for path in ON_FOUNDING:
            import_string(path)(organisation)
    return organisation


@transaction.atomic
def add_member(
    *, organisation: Organisation, user: User, role: str, actor: User | None
) -> Membership:
    """Make a person a member; one who is already keeps his place and gets the role.

    The last owner stays an owner.
    """
    if role != Role.OWNER:
        _keep_an_owner(organisation.pk, leaving=user.pk)
    membership, created = Membership.objects.update_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    audit.record(
        organisation=organisation,
        actor=actor,
        action="member.added" if created else "member.role_changed",
        target=user.email,
        detail={"role": role},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User) -> None:
    """End a membership, and what the person's open pages hear; the last owner stays.

    One that somebody else has ended meanwhile is over.
    """
    _keep_an_owner(membership.organisation_id, leaving=membership.user_id)
    if held_member(membership) is None:
        return
    audit.record(
        organisation=membership.organisation,
        actor=actor,
        action="member.removed",
        target=membership.user.email,
    )
    membership.delete()
    transaction.on_commit(partial(live.close_streams, [membership.user_id]))


def _keep_an_owner(organisation_id: UUID, *, leaving: UUID) -> None:
    """Refuse when the person is the only owner; owners do not change until the transaction ends."""
    owners = list(
        Membership.objects.within(organisation_id)
        .filter(role=Role.OWNER)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("user_id", flat=True)
    )
    if owners == [leaving]:
        raise LastOwner


def _create_with_free_slug(organisation: Organisation, wanted: str) -> Organisation:
    """One statement an attempt, so that of two at the same moment each gets an address."""
    for slug in _slugs(wanted):
        organisation.slug = slug
        Organisation.objects.bulk_create([organisation], ignore_conflicts=True)
        if Organisation.objects.filter(pk=organisation.pk).exists():
            return organisation
    raise RuntimeError(f"No free address for {wanted}")


def _slugs(wanted: str) -> Iterator[str]:
    """What an organisation's address may be: its name, with a number, with letters by chance."""
    wanted = wanted if wanted and wanted not in RESERVED_SLUGS else f"org-{wanted}".rstrip("-")
    yield wanted
    yield from (f"{wanted}-{number}" for number in range(2, NUMBERED + 1))
    yield from (f"{wanted}-{secrets.token_hex(4)}" for _ in range(CHANCES))


@transaction.atomic
def change_organisation(
    *, organisation: Organisation, wanted: Profile, actor: User | None
) -> Organisation:
    """Change the organisation's own settings; the log says which."""
    changed: dict[str, str | int | bool | None] = {
        field: value
        for field, value in asdict(wanted).items()
        if getattr(organisation, field) != value
    }
    for field, value in changed.items():
        setattr(organisation, field, value)
    if changed:
        organisation.save(update_fields=list(changed))
        audit.record(
            organisation=organisation, actor=actor, action="organisation.changed", detail=changed
        )
    return organisation
