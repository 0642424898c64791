"""The page of the inbox: folders, list, and the case that is open."""

from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import MemberRequest
from accounts.queries.teams import teams
from cases.forms import AssignForm, CloseForm, NoteForm
from cases.models import Case
from cases.queries import cases as case_queries
from cases.queries import desk
from cxhub.lib.ordering import Ordering, ordering

PER_PAGE = 30
Tab = dict[str, str | int | bool | None]


@dataclass
class Typed:
    """What a person typed into the forms of a case, to be shown again when it was refused."""

    note: NoteForm = field(default_factory=NoteForm)
    close: CloseForm = field(default_factory=CloseForm)
    is_stale: bool = False
    changed_by: str = ""


def inbox_page(
    request: MemberRequest,
    case: Case | None = None,
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """The list of a folder beside one case; a phone shows the one or the other."""
    counts = case_queries.folder_counts(request.organisation, request.membership)
    folder = folder_of(request, counts)
    order = order_of(request, folder)
    rows = case_queries.inbox(request.organisation, request.membership, folder)
    page = Paginator(rows.order_by(*order.fields), PER_PAGE).get_page(request.GET.get("page"))
    listed = desk.rows_of(list(page.object_list))
    shown = case or (listed[0].case if listed else None)
    typed = typed or Typed()
    context = {
        "folder": folder,
        "order": order,
        "tabs": folder_tabs(request, folder, counts),
        "rows": listed,
        "page": page,
        "desk": desk.desk_of(shown) if shown else None,
        "is_opened": case is not None,
        "typed": typed,
        "form": typed.close if typed.close.errors else typed.note,
        "assign_form": AssignForm(
            agents=desk.agents(request.organisation),
            teams=teams(request.organisation),
            initial={"assignee": (shown.assignee_id or shown.team_id or "") if shown else ""},
        ),
        "may_act": request.membership.may("agent"),
        "undo": desk.closed_case(request.organisation, request.GET.get("closed", "")),
        "shown_at": timezone.now(),
        "pages": _pages(request, order, page.number, page.paginator.num_pages),
    }
    return render(request, "cases/inbox.html", context, status=status)


def folder_of(request: MemberRequest, counts: dict[str, int]) -> str:
    """The folder of the address; without one, where there is something to do."""
    wanted = request.GET.get("folder", "")
    return wanted if wanted in (*counts, "closed") else desk.default_folder(counts)


def order_of(request: MemberRequest, folder: str) -> Ordering:
    """The order of the folder's list that the address asks for."""
    columns = case_queries.columns(folder)
    return ordering(request.GET.get("sort", ""), columns, {"folder": folder})


def folder_tabs(request: MemberRequest, folder: str, counts: dict[str, int]) -> list[Tab]:
    """The folders with what waits in each."""
    labels = {
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "team": str(request.membership.team or _("Team")),
        "all": _("All open"),
        "closed": pgettext("case", "Closed"),
    }
    return [
        {
            "label": label,
            "url": list_url(request, order_of(request, name).url()),
            "current": name == folder,
            "count": counts.get(name),
        }
        for name, label in labels.items()
        if name in (*counts, "closed")
    ]


def list_url(request: MemberRequest, query: str) -> str:
    """The inbox at a folder, in an order."""
    return f"{reverse('cases:case-list', args=[request.organisation.slug])}{query}"


def case_url(request: MemberRequest, case: Case, query: str = "") -> str:
    """A case, in the list from which it was opened."""
    url = reverse("cases:case-detail", args=[request.organisation.slug, case.pk])
    return f"{url}{query}"


def _pages(request: MemberRequest, order: Ordering, number: int, last: int) -> dict[str, str]:
    """The addresses of the pages before and after this one."""
    pages = {"previous": number - 1, "next": number + 1}
    return {
        name: list_url(request, order.url(page=page))
        for name, page in pages.items()
        if 1 <= page <= last
    }
