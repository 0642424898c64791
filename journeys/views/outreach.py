"""What one customer was asked, and why not: a part of his card."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member
from contacts.queries.contacts import contact_by_id
from journeys.queries.sends import outreach_of
from surveys.queries.visits import spreads

SHOWN = 50


@require_GET
@member("viewer")
def contact_outreach(request: MemberRequest, pk: str) -> HttpResponse:
    """The decisions about one customer, newest first; a page by itself without scripts."""
    contact = contact_by_id(request.organisation, pk)
    if contact is None:
        raise Http404
    rows = list(outreach_of(request.organisation, contact)[:SHOWN])
    links = [row.invitation_id for row in rows if row.invitation_id]
    opened = spreads(request.organisation, links)
    context = {
        "contact": contact,
        "rows": [(row, row.invitation_id and opened.get(row.invitation_id)) for row in rows],
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "journeys/_asked.html" if is_part else "journeys/asked.html"
    return render(request, template, context)
