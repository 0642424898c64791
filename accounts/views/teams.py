"""Teams: everybody sees them, managers and owners make and fill them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, get_within, member
from accounts.actions import teams as team_actions
from accounts.exceptions import NameTaken
from accounts.forms.teams import JoinTeamForm, TeamForm
from accounts.models import Membership, Team
from accounts.queries import teams as team_queries
from accounts.queries.memberships import members

NAME_TAKEN = gettext_lazy("Another team has this name: choose a different one")


@require_http_methods(["GET", "HEAD", "POST"])
@member("viewer")
def team_list(request: MemberRequest) -> HttpResponse:
    """The teams with their members; a new one leads to its own page."""
    form = TeamForm(request.POST or None)
    if request.method == "POST":
        _check_may_change(request)
        if form.is_valid():
            team = team_actions.create_team(
                organisation=request.organisation,
                name=form.cleaned_data["name"],
                actor=request.user,
            )
            messages.success(request, _("Team created: now choose its members"))
            return redirect("accounts:team", request.organisation.slug, team.pk)
    context = {
        "form": form,
        "rosters": team_queries.rosters(request.organisation),
        "may_change": request.membership.may("manager"),
    }
    return render(request, "accounts/teams.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member("viewer")
def team_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """One team: who is in it, who could join, what it is called."""
    team = get_within(request.organisation, Team, pk, is_held=request.method == "POST")
    form = TeamForm(request.POST or None, initial={"name": team.name})
    if request.method == "POST":
        _check_may_change(request)
        if form.is_valid():
            try:
                team_actions.rename_team(
                    team=team, name=form.cleaned_data["name"], actor=request.user
                )
                messages.success(request, _("Team renamed"))
                return redirect("accounts:team", request.organisation.slug, team.pk)
            except NameTaken:
                form.add_error("name", NAME_TAKEN)
    return _page(request, team, form=form)


@require_POST
@member("manager")
def team_join(request: MemberRequest, pk: str) -> HttpResponse:
    """Put members into the team."""
    team = get_within(request.organisation, Team, pk, is_held=True)
    form = JoinTeamForm(request.POST, members=members(request.organisation))
    if not form.is_valid():
        return _page(request, team, join_form=form)
    count = team_actions.put_into_team(
        team=team, members=form.cleaned_data["members"], actor=request.user
    )
    words = ngettext("%(count)s member added", "%(count)s members added", count)
    messages.success(request, words % {"count": count})
    return redirect("accounts:team", request.organisation.slug, team.pk)


@require_POST
@member("manager")
def team_leave(request: MemberRequest, pk: str, member_pk: str) -> HttpResponse:
    """Take a member out of the team."""
    team = get_within(request.organisation, Team, pk, is_held=True)
    leaving = get_within(request.organisation, Membership, member_pk)
    team_actions.take_out_of_team(team=team, member=leaving, actor=request.user)
    words = _("%(name)s is no longer in the team")
    messages.success(request, words % {"name": leaving.user})
    return redirect("accounts:team", request.organisation.slug, team.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def team_delete(request: MemberRequest, pk: str) -> HttpResponse:
    """What deleting the team means, and the button that does it."""
    team = get_within(request.organisation, Team, pk, is_held=request.method == "POST")
    if request.method == "POST":
        team_actions.disband_team(team=team, actor=request.user)
        messages.success(request, _("Team deleted"))
        return redirect("accounts:teams", request.organisation.slug)
    context = {"team": team, "count": members(request.organisation).filter(team=team).count()}
    return render(request, "accounts/team_delete.html", context)


def _page(
    request: MemberRequest,
    team: Team,
    *,
    form: TeamForm | None = None,
    join_form: JoinTeamForm | None = None,
) -> HttpResponse:
    people = list(members(request.organisation))
    others = [one for one in people if one.team_id != team.pk]
    form = form or TeamForm(initial={"name": team.name})
    join_form = join_form or JoinTeamForm(members=others)
    has_errors = form.errors or join_form.errors
    context = {
        "team": team,
        "people": [one for one in people if one.team_id == team.pk],
        "has_others": bool(others),
        "rename_form": form,
        "join_form": join_form,
        "may_change": request.membership.may("manager"),
    }
    return render(request, "accounts/team.html", context, status=422 if has_errors else 200)


def _check_may_change(request: MemberRequest) -> None:
    if not request.membership.may("manager"):
        raise PermissionDenied
