"""What the rules found, and who was told."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from alerts.queries.incidents import incidents, told
from alerts.views.rules import tabs
from cases.queries.stories import stories_of

PER_PAGE = 30


@require_safe
@member("viewer")
def incident_list(request: MemberRequest) -> HttpResponse:
    """Everything the rules found, newest first."""
    page = Paginator(incidents(request.organisation), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    stories = stories_of(incident.response for incident in shown)
    by_incident = told(request.organisation, shown)
    url = reverse("alerts:incident-list", args=[request.organisation.slug])
    context = {
        "incidents": [
            (incident, stories[incident.response_id], by_incident[incident.pk])
            for incident in shown
        ],
        "tabs": tabs(request, "incident-list"),
        "next_url": f"{url}?page={page.number + 1}" if page.has_next() else "",
        "previous_url": f"{url}?page={page.number - 1}" if page.has_previous() else "",
    }
    return render(request, "alerts/incident_list.html", context)
