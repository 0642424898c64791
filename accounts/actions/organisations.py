"""Founding an organisation and letting people in."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.actions import audit
from accounts.enums import Role
from accounts.exceptions import LastOwner, SignUpClosed
from accounts.models import Membership, Organisation, Place, User
from cxhub.lib.tenancy import tenant

RESERVED_SLUGS = {"new", "api", "admin"}


@transaction.atomic
def found_organisation(
    *, name: str, owner: User, language: str, slug: str = "", is_demo: bool = False
) -> Organisation:
    """A new organisation whose founder is its owner."""
    if not (settings.SIGN_UP_OPEN or is_demo):
        raise SignUpClosed
    organisation = _create_with_free_slug(name, slug or slugify(name)[:50], language, is_demo)
    with tenant(organisation.pk):
        add_member(organisation=organisation, user=owner, role=Role.OWNER, actor=owner)
    return organisation


@transaction.atomic
def add_member(
    *, organisation: Organisation, user: User, role: str, actor: User | None
) -> Membership:
    """Make a person a member; one who is already keeps his place and gets the role."""
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
    """End a membership; the last owner stays."""
    owners = Membership.objects.within(membership.organisation_id).filter(role=Role.OWNER)
    if membership.role == Role.OWNER and owners.count() == 1:
        raise LastOwner
    audit.record(
        organisation=membership.organisation,
        actor=actor,
        action="member.removed",
        target=membership.user.email,
    )
    membership.delete()


@transaction.atomic
def add_place(
    *,
    organisation: Organisation,
    name: str,
    city: str = "",
    timezone: str = "",
    code: str = "",
) -> Place:
    """A new place; the same name again is the same place."""
    place, _created = Place.objects.get_or_create(
        organisation=organisation,
        name=name,
        defaults={"city": city, "timezone": timezone, "code": code},
    )
    return place


def _create_with_free_slug(name: str, wanted: str, language: str, is_demo: bool) -> Organisation:
    wanted = wanted if wanted and wanted not in RESERVED_SLUGS else f"org-{wanted}".rstrip("-")
    for attempt in range(1, 100):
        slug = wanted if attempt == 1 else f"{wanted}-{attempt}"
        try:
            with transaction.atomic():
                return Organisation.objects.create(
                    name=name, slug=slug, language=language, is_demo=is_demo
                )
        except IntegrityError:
            continue
    raise RuntimeError(f"No free address for {wanted}")
