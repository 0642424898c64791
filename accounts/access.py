"""Who may call a view: every view declares it, and nothing is open by default."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.entrance import refuse_stranger
from accounts.enums import Role
from accounts.models import Membership, Organisation, OrganisationOwned, User
from accounts.queries import memberships as membership_queries
from accounts.queries.users import person
from cxhub.lib.ids import parse_uuid
from cxhub.lib.rows import row_by_id
from cxhub.lib.security_log import acting, row_not_found
from cxhub.lib.tenancy import acting_user, tenant

View = Callable[..., HttpResponseBase]
Row = TypeVar("Row", bound=OrganisationOwned)
INSIDE = re.compile(r"/o/([-\w]+)/", re.ASCII)


@dataclass(frozen=True)
class Access:
    """What a view declares: who may call it, and under which rule."""

    audience: str
    rule: str


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    memberships: list[Membership]


class MemberRequest(PersonRequest):
    """A request whose member and organisation are known."""

    organisation: Organisation
    membership: Membership


def member(role: str, *, in_transaction: bool = True) -> Callable[[View], View]:
    """Only members with at least this role; runs in the organisation's transaction.

    Takes `organisation_slug` from the address. Somebody else's organisation is a 404. A view that
    waits for the network opens its transactions itself, before and after (`in_transaction=False`).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, organisation_slug: str, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return refuse_stranger(request)
            member_request = cast("MemberRequest", request)
            if not _enter(member_request, organisation_slug):
                raise Http404
            membership = member_request.membership
            if not membership.may(role):
                raise PermissionDenied
            zone = ZoneInfo(membership.organisation.timezone)
            actor = f"member:{membership.pk}"
            with acting(organisation=membership.organisation_id, actor=actor):
                try:
                    with timezone.override(zone):
                        if not in_transaction:
                            return view(member_request, **kwargs)
                        with tenant(membership.organisation_id):
                            return view(member_request, **kwargs)
                except Http404:
                    row_not_found(request)
                    raise

        return declare(guarded, Access("member", role))

    return decorate


def as_member(request: HttpRequest, user_id: UUID, organisation_id: UUID) -> MemberRequest:
    """The request of somebody who was proven to be a member, as `member` hands it to a view."""
    entered = cast("MemberRequest", request)
    entered.user = person(user_id)
    own = {one.organisation_id: one for one in _memberships(entered)}
    entered.membership = own[organisation_id]
    entered.organisation = entered.membership.organisation
    return entered


def signed_in(view: View) -> View:
    """Anybody who is signed in; runs in a transaction that sees one's own memberships."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refuse_stranger(request)
        with acting_user(request.user.pk):
            return view(request, **kwargs)

    return declare(guarded, Access("signed_in", ""))


def public(why: str) -> Callable[[View], View]:
    """Anybody; the reason is part of the declaration."""
    return lambda view: declare(view, Access("public", why))


def webhook(proof: str) -> Callable[[View], View]:
    """A provider's call, without session or CSRF; says how it proves itself."""

    def decorate(view: View) -> View:
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return declare(view, Access("webhook", proof))

    return decorate


def declare(view: View, access: Access) -> View:
    """Attach a declaration to a view (also to a third party's, in the URLconf)."""
    view.access = access  # type: ignore[attr-defined]
    return view


def get_within(
    organisation: Organisation, model: type[Row], pk: UUID | str, *, is_held: bool = False
) -> Row:
    """The organisation's row, or 404: what is not yours, or no id at all, does not exist.

    A row that is held cannot be changed by others until the transaction ends.
    """
    key = parse_uuid(str(pk))
    rows = model._default_manager.filter(organisation=organisation)
    if is_held:
        rows = rows.select_for_update(no_key=True)
    row = row_by_id(rows, key)
    if row is None:
        raise Http404
    return cast("Row", row)


def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """The page that says why an address gives nothing; members keep their organisation's frame."""
    enter(request)
    is_inside = getattr(request, "membership", None) is not None
    layout = "layouts/app.html" if is_inside else "layouts/plain.html"
    owners = _owners(cast("MemberRequest", request)) if is_inside and status == 403 else []
    context = {"layout": layout, "owners": owners, "looked_for": request.path}
    return render(request, f"{status}.html", context, status=status)


def _owners(request: MemberRequest) -> list[User]:
    """Who can give a member the access that he lacks."""
    with tenant(request.organisation.pk):
        members = membership_queries.members(request.organisation)
        return [row.user for row in members.filter(role=Role.OWNER, user__is_active=True)]


def enter(request: HttpRequest) -> None:
    """Find the member that the address asks for, where no view has done so."""
    inside = INSIDE.match(request.path_info)
    if inside and not hasattr(request, "membership"):
        _enter(cast("MemberRequest", request), inside[1])


def _enter(request: MemberRequest, organisation_slug: str) -> bool:
    """Make the request that of a member of this organisation, where its person is one."""
    for membership in _memberships(request):
        if membership.organisation.slug == organisation_slug:
            request.membership = membership
            request.organisation = membership.organisation
            return True
    return False


def _memberships(request: HttpRequest) -> list[Membership]:
    """Where the person of a request belongs: asked once, for what he may do and for the page."""
    user, person_request = getattr(request, "user", None), cast("PersonRequest", request)
    if not isinstance(user, User):
        return []
    if not hasattr(request, "memberships"):
        with acting_user(user.pk):
            person_request.memberships = membership_queries.memberships_of(user)
    return person_request.memberships


# Set by the browser: how somebody likes navigation and tables on this device, nothing of him.
RAIL_COOKIE, DENSITY_COOKIE = "cxhub-rail", "cxhub-density"


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page may use: organisation, member, theme."""
    user = getattr(request, "user", None)
    return {
        "organisation": getattr(request, "organisation", None),
        "membership": getattr(request, "membership", None),
        "rail": "folded" if request.COOKIES.get(RAIL_COOKIE) == "folded" else "open",
        "density": "compact" if request.COOKIES.get(DENSITY_COOKIE) == "compact" else "comfortable",
        "theme": user.theme if isinstance(user, User) else "system",
        "memberships": SimpleLazyObject(lambda: _memberships(request)),
    }
