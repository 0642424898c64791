"""What the rules found, and who was told."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from alerts.queries.incidents import incidents
from alerts.views.rules import tabs
from cases.queries.stories import stories_of

PER_PAGE = 30


@require_safe
@member("viewer")
def incident_list(request: MemberRequest) -> HttpResponse:
    """Everything the rules found, newest first."""
    page = Paginator(incidents(request.organisation), PER_PAGE).get_page(request.GET.get("page"))
    stories = stories_of(incident.response for incident in page.object_list)
    url = reverse("alerts:incident-list", args=[request.organisation.slug])
    context = {
        "incidents": [(incident, stories[incident.response_id]) for incident in page.object_list],
        "tabs": tabs(request, "incident-list"),
        "next_url": f"{url}?page={page.number + 1}" if page.has_next() else "",
        "previous_url": f"{url}?page={page.number - 1}" if page.has_previous() else "",
    }
    return render(request, "alerts/incident_list.html", context)
