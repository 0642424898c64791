"""Reading cases: the inbox, one case, and whether something new has come."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from cases.models import Case
from cases.queries import cases as case_queries
from cases.queries import desk
from cases.queries.stories import completed_response, story_of
from cases.views.pages import case_url, folder_of, folder_tabs, inbox_page, list_url, order_of
from cxhub.lib.ids import parse_uuid


@require_safe
@member("viewer")
def case_list(request: MemberRequest) -> HttpResponse:
    """The cases of a folder, the most urgent first."""
    return inbox_page(request)


@require_safe
@member("viewer")
def case_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """One case: what the customer said, who he is, what was done."""
    return inbox_page(request, case_named(request, pk))


@require_safe
@member("viewer")
def case_news(request: MemberRequest) -> HttpResponse:
    """The folders' counts, and how many cases have come since the list was shown.

    The list itself never moves by itself: what is new waits behind a link.
    """
    counts = case_queries.folder_counts(request.organisation, request.membership)
    folder = folder_of(request, counts)
    since = _moment(request.GET.get("since", ""))
    order = order_of(request, folder)
    context = {
        "order": order,
        "tabs": folder_tabs(request, folder, counts),
        "shown_at": since,
        "news": desk.newer_count(request.organisation, request.membership, folder, since),
        "list_url": list_url(request, order.url()),
    }
    return render(request, "cases/_folders.html", context)


@require_safe
@member("viewer")
def case_count(request: MemberRequest) -> HttpResponse:
    """How many cases are open, for the navigation of every page."""
    count = case_queries.open_cases(request.organisation).count()
    return render(request, "cases/_count.html", {"count": count})


@require_safe
@member("viewer")
def case_take(request: MemberRequest, pk: str) -> HttpResponse:
    """Where the mail's "Take it over" lands: the summary and a button, for a GET never acts."""
    case = case_named(request, pk)
    context = {
        "case": case,
        "story": story_of(case.response) if case.response else None,
        "is_mine": case.assignee_id == request.membership.pk,
        "case_url": case_url(request, case),
        "may_act": request.membership.may("agent"),
    }
    return render(request, "cases/take.html", context)


@require_safe
@member("viewer")
def case_create(request: MemberRequest, pk: str) -> HttpResponse:
    """The case of a response, or a page with the button that opens one."""
    response = completed_response(request.organisation, parse_uuid(pk))
    if response is None:
        raise Http404
    case = case_queries.case_for(request.organisation, response)
    if case is not None:
        return redirect(case_url(request, case))
    context = {"story": story_of(response), "may_act": request.membership.may("agent")}
    return render(request, "cases/create.html", context)


def case_named(request: MemberRequest, pk: str) -> Case:
    """The organisation's case, or 404."""
    case = case_queries.case_by_id(request.organisation, pk)
    if case is None:
        raise Http404
    return case


def _moment(text: str) -> datetime:
    """The moment of an address; now, for what is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    return moment if moment and moment.tzinfo else timezone.now()
