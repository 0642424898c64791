"""One field that leads anywhere."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from dashboards.queries.finder import LONGEST, found


@require_safe
@member("viewer")
def find(request: MemberRequest) -> HttpResponse:
    """Sections, surveys, contacts and cases whose name holds what was typed."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    context = {"words": words, "found": found(request.organisation, words)}
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "dashboards/_found.html" if is_part else "dashboards/find.html", context)
