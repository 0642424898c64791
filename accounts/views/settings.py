"""The organisation's settings: itself, its members, its API keys."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, get_within, member
from accounts.actions import api_keys, organisations
from accounts.actions import member_invitations as invitation_actions
from accounts.actions import preferences as preference_actions
from accounts.exceptions import LastOwner
from accounts.forms.settings import (
    ApiKeyForm,
    MemberForm,
    OrganisationForm,
    PreferencesForm,
)
from accounts.models import ApiKey, Membership
from accounts.queries import api_keys as api_key_queries
from accounts.queries import member_invitations, memberships

LAST_OWNER = gettext_lazy("Name another owner first: an organisation keeps at least one")


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def organisation_settings(request: MemberRequest) -> HttpResponse:
    """Name, language, time zone and how often a customer may be asked."""
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.of(request.organisation))
    if request.method == "POST" and form.is_valid():
        organisations.change_organisation(
            organisation=request.organisation,
            wanted=organisations.Profile(**form.cleaned_data),
            actor=request.user,
        )
        messages.success(request, _("Settings saved"))
        return redirect("accounts:settings", request.organisation.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/settings.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def member_list(request: MemberRequest) -> HttpResponse:
    """Who belongs to the organisation and who is invited; an owner invites."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and request.membership.may("owner") and form.is_valid():
        try:
            messages.success(request, _invited(request, **form.cleaned_data))
            return redirect("accounts:members", request.organisation.slug)
        except LastOwner:
            form.add_error("role", LAST_OWNER)
    context = {
        "form": form,
        "members": memberships.members(request.organisation),
        "invitations": member_invitations.open_invitations(request.organisation),
        "may_change": request.membership.may("owner"),
        "now": timezone.now(),
    }
    return render(request, "accounts/members.html", context, status=422 if form.errors else 200)


def _invited(request: MemberRequest, email: str, role: str) -> str:
    """Invite an address, or give the member who has it another role; says which it was."""
    known = memberships.members(request.organisation).filter(user__email__iexact=email).first()
    if known:
        organisations.add_member(
            organisation=request.organisation, user=known.user, role=role, actor=request.user
        )
        return _("Role changed")
    invitation_actions.invite_member(
        organisation=request.organisation, email=email, role=role, actor=request.user
    )
    return _("Invitation sent")


@require_POST
@member("owner")
def member_remove(request: MemberRequest, pk: str) -> HttpResponse:
    """End a membership."""
    try:
        organisations.remove_member(
            membership=get_within(request.organisation, Membership, pk), actor=request.user
        )
        messages.success(request, _("Member removed"))
    except LastOwner:
        messages.error(request, LAST_OWNER)
    return redirect("accounts:members", request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@member("owner")
def api_key_list(request: MemberRequest) -> HttpResponse:
    """Keys of API clients; a new one is shown once, on the page that made it."""
    form = ApiKeyForm(request.POST or None)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        _api_key, new_key = api_keys.create_api_key(
            organisation=request.organisation, created_by=request.user, **form.cleaned_data
        )
        form = ApiKeyForm()
    context = {
        "form": form,
        "new_key": new_key,
        "api_keys": api_key_queries.api_keys(request.organisation),
    }
    return render(request, "accounts/api_keys.html", context, status=422 if form.errors else 200)


@require_POST
@member("owner")
def api_key_revoke(request: MemberRequest, pk: str) -> HttpResponse:
    """End a key at once."""
    api_keys.revoke_api_key(
        api_key=get_within(request.organisation, ApiKey, pk), actor=request.user
    )
    messages.success(request, _("Key revoked"))
    return redirect("accounts:api-keys", request.organisation.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@member("viewer")
def preferences(request: MemberRequest) -> HttpResponse:
    """A person's own name, language and theme."""
    form = PreferencesForm(request.POST or None, initial=PreferencesForm.of(request.user))
    if request.method == "POST" and form.is_valid():
        preference_actions.rename_user(user=request.user, **form.cleaned_data)
        messages.success(request, _("Preferences saved"))
        return redirect("accounts:preferences", request.organisation.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/preferences.html", {"form": form}, status=status)
