"""Inviting members, and what the invited meet behind the link of the letter."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, get_within, member, public, refusal
from accounts.actions import member_invitations
from accounts.exceptions import AddressTaken, InvitationClosed
from accounts.forms.joining import JoinForm
from accounts.models import MemberInvitation, Organisation, User
from accounts.queries.member_invitations import invitation_of
from accounts.queries.memberships import members
from accounts.queries.organisations import organisation_at
from accounts.queries.users import has_account
from cxhub.lib.misses import wait_after_miss
from cxhub.lib.tenancy import tenant


@require_POST
@member("owner")
def invitation_resend(request: MemberRequest, pk: str) -> HttpResponse:
    """Send the letter again, with a new link."""
    invitation = get_within(request.organisation, MemberInvitation, pk)
    try:
        member_invitations.resend_invitation(invitation=invitation, actor=request.user)
        messages.success(request, _("Invitation sent again"))
    except InvitationClosed:
        messages.error(request, _("This invitation is over"))
    return redirect("accounts:members", request.organisation.slug)


@require_POST
@member("owner")
def invitation_revoke(request: MemberRequest, pk: str) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_within(request.organisation, MemberInvitation, pk)
    try:
        member_invitations.revoke_invitation(invitation=invitation, actor=request.user)
        messages.success(request, _("Invitation withdrawn"))
    except InvitationClosed:
        messages.error(request, _("This invitation is over"))
    return redirect("accounts:members", request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@public("The link of the letter is the proof; only its button acts.")
def invitation(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Join as who is signed in, or as a new person."""
    organisation = organisation_at(slug)
    if organisation is None:
        return _over(request)
    with tenant(organisation.pk):
        found = invitation_of(organisation, token)
        if found is None:
            return _in_or_over(request, organisation)
        if request.method == "POST" and request.user.is_authenticated:
            return _join(request, found, request.user)
        is_known = has_account(found.email)
        if request.method == "POST" and not is_known:
            return _sign_up(request, found)
        return _page(request, found, JoinForm(), is_known=is_known)


def _join(request: HttpRequest, found: MemberInvitation, user: User) -> HttpResponse:
    try:
        member_invitations.accept_invitation(invitation=found, user=user)
    except InvitationClosed:  # by another click, a moment ago
        return _in_or_over(request, found.organisation)
    return _welcome(request, found.organisation)


def _sign_up(request: HttpRequest, found: MemberInvitation) -> HttpResponse:
    form = JoinForm(request.POST, email=found.email)
    if not form.is_valid():
        return _page(request, found, form, is_known=False)
    language = get_language() or settings.LANGUAGE_CODE
    try:
        user = member_invitations.sign_up_invited(
            invitation=found, language=language, **form.cleaned_data
        )
    except InvitationClosed:  # by another click, a moment ago
        return _signed_up(request, found, form.cleaned_data["password"])
    except AddressTaken:
        return _page(request, found, form, is_known=True)
    return _enter(request, found, user)


def _signed_up(request: HttpRequest, found: MemberInvitation, password: str) -> HttpResponse:
    """The second click on the button whose first one has just made the account."""
    person = members(found.organisation).filter(user__email__iexact=found.email).first()
    if person is None or not person.user.check_password(password):
        return _over(request)
    return _enter(request, found, person.user)


def _enter(request: HttpRequest, found: MemberInvitation, user: User) -> HttpResponse:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return _welcome(request, found.organisation)


def _welcome(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    messages.success(request, _("Welcome to %(name)s") % {"name": organisation.name})
    return redirect("dashboards:home", organisation.slug)


def _page(
    request: HttpRequest, found: MemberInvitation, form: JoinForm, *, is_known: bool
) -> HttpResponse:
    back = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "form": form,
        "is_known": is_known,
        "sign_in_url": f"{reverse('account_login')}?{back}",
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/invitation.html", context, status=status)


def _in_or_over(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """A link that is over leads whoever is a member where it wanted to lead: it is the second
    click on "Join", or the letter opened again."""
    user = request.user
    if user.is_authenticated and members(organisation).filter(user=user).exists():
        return redirect("dashboards:home", organisation.slug)
    return _over(request)


def _over(request: HttpRequest) -> HttpResponse:
    """The same for used, withdrawn, old and invented: nothing is told about any of them."""
    if wait := wait_after_miss(request):
        page = refusal(request, 429)
        page.headers["Retry-After"] = str(wait)
        return page
    return render(request, "accounts/invitation.html", {"invitation": None}, status=404)
