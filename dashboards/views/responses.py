"""One response, in full."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from cases.queries.cases import case_for
from dashboards.access import response_named
from dashboards.queries.feed import verbatim
from dashboards.queries.sheets import begun_sheet, earlier_sheets, sheet
from surveys.enums import ResponseState
from surveys.queries.visits import spread_of


@require_safe
@member("viewer")
def response_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """Answers in the words of the version that asked, how they came, what became of them."""
    response = response_named(request.organisation, pk)
    context = {
        "response": response,
        "survey": response.survey,
        "item": verbatim(response),
        "sheet": sheet(response),
        "earlier": earlier_sheets(response),
        "begun": begun_sheet(response),
        "spread": spread_of(request.organisation, response.invitation_id),
        "case": case_for(request.organisation, response),
        "may_act": request.membership.may("agent"),
        "may_release": request.membership.may("manager")
        and response.state == ResponseState.QUARANTINED,
    }
    return render(request, "dashboards/response.html", context)
