"""Acting on cases: each gesture is a POST, and a stale page loses nothing that was typed."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member
from accounts.queries.teams import teams
from cases.actions import cases as case_actions
from cases.exceptions import CaseChanged, CaseClosed
from cases.forms import AssignForm, CloseForm, NoteForm, RevisionForm
from cases.models import Case
from cases.queries import desk
from cases.queries.cases import case_for
from cases.queries.stories import completed_response
from cases.views.inbox import case_named
from cases.views.pages import Typed, case_url, inbox_page, list_url, order_of
from cxhub.lib.ids import parse_uuid


@require_POST
@member("agent")
def case_assign(request: MemberRequest, pk: str) -> HttpResponse:
    """Give the case to a member, to a team, or to nobody."""
    case = case_named(request, pk)
    form = AssignForm(
        request.POST,
        agents=desk.agents(request.organisation),
        teams=teams(request.organisation),
    )
    if not form.is_valid():
        return inbox_page(request, case, status=422)
    name = form.member.user if form.member else form.team
    return _act(
        request,
        case,
        lambda revision: case_actions.assign_case(
            case=case,
            assignee=form.member,
            team=form.team,
            actor=request.membership,
            revision=revision,
        ),
        _("Case given to %(name)s") % {"name": name}
        if name
        else _("The case belongs to nobody now"),
    )


@require_POST
@member("agent")
def case_take_over(request: MemberRequest, pk: str) -> HttpResponse:
    """Take the case oneself."""
    case = case_named(request, pk)
    return _act(
        request,
        case,
        lambda revision: case_actions.assign_case(
            case=case, assignee=request.membership, actor=request.membership, revision=revision
        ),
        _("This case is yours"),
    )


@require_POST
@member("agent")
def case_note(request: MemberRequest, pk: str) -> HttpResponse:
    """Write an internal note into the thread."""
    case = case_named(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return inbox_page(request, case, typed=Typed(note=form), status=422)
    case_actions.add_note(case=case, actor=request.membership, **form.cleaned_data)
    messages.success(request, _("Note added"))
    return redirect(_back_to(request, case))


@require_POST
@member("agent")
def case_wait(request: MemberRequest, pk: str) -> HttpResponse:
    """The next step is the customer's."""
    case = case_named(request, pk)
    return _act(
        request,
        case,
        lambda revision: case_actions.set_waiting(
            case=case, actor=request.membership, revision=revision
        ),
        _("The case waits for the customer"),
    )


@require_POST
@member("agent")
def case_close(request: MemberRequest, pk: str) -> HttpResponse:
    """Close the case with its reason, and go on to the next one."""
    case = case_named(request, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return inbox_page(request, case, typed=Typed(close=form), status=422)
    return _act(
        request,
        case,
        lambda revision: case_actions.close_case(
            case=case,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            actor=request.membership,
            revision=revision,
        ),
        "",
        typed=Typed(close=form),
        then=_after_closing,
    )


@require_POST
@member("agent")
def case_reopen(request: MemberRequest, pk: str) -> HttpResponse:
    """Take a closed case up again; also the undo of a closing."""
    case = case_actions.reopen_case(case=case_named(request, pk), actor=request.membership)
    messages.success(request, _("Case %(number)s is open again") % {"number": case.number})
    return redirect(case_url(request, case))


@require_POST
@member("agent")
def case_open(request: MemberRequest, pk: str) -> HttpResponse:
    """Open a case by hand for a response; one that is there already is shown instead."""
    response = completed_response(request.organisation, parse_uuid(pk))
    if response is None:
        raise Http404
    case = case_for(request.organisation, response)
    if case is None:
        case = case_actions.open_case(
            organisation=request.organisation,
            response=response,
            contact=response.contact,
            is_automatic=False,
            assignee=request.membership,
            opened_by=request.membership,
        )
        messages.success(request, _("Case %(number)s opened") % {"number": case.number})
    return redirect(case_url(request, case))


def _act(
    request: MemberRequest,
    case: Case,
    act: Callable[[int | None], Case],
    said: str,
    *,
    typed: Typed | None = None,
    then: Callable[[MemberRequest, Case], str] | None = None,
) -> HttpResponse:
    """Do it to the case as this person saw it, or show what somebody else made of it."""
    try:
        with transaction.atomic():
            act(RevisionForm.read(request.POST))
    except (CaseChanged, CaseClosed):
        return _stale(request, case, typed)
    if said:
        messages.success(request, said)
    return redirect((then or _back_to)(request, case))


def _stale(request: MemberRequest, case: Case, typed: Typed | None) -> HttpResponse:
    fresh = case_named(request, str(case.pk))
    typed = typed or Typed()
    typed.is_stale = True
    typed.changed_by = next(
        (str(event.author.user) for event in reversed(desk.desk_of(fresh).thread) if event.author),
        "",
    )
    return inbox_page(request, fresh, typed=typed, status=409)


def _back_to(request: MemberRequest, case: Case) -> str:
    folder = request.GET.get("folder", "")
    return case_url(
        request, case, order_of(request, folder).url() if folder in desk.FOLDERS else ""
    )


def _after_closing(request: MemberRequest, case: Case) -> str:
    """The next case of the folder's list, with the way to undo."""
    folder = request.GET.get("folder", "")
    folder = folder if folder in desk.FOLDERS else "mine"
    order = order_of(request, folder)
    query = order.url(closed=case.pk)
    following = desk.next_case(request.organisation, request.membership, folder, order, case.pk)
    return case_url(request, following, query) if following else list_url(request, query)
