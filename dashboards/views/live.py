"""Tickets for the event stream."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, member
from cxhub.lib.live import organisation_topic, survey_topic, user_topic
from cxhub.lib.tickets import LIFETIME, issue_ticket
from dashboards.access import survey_named


@require_safe
@member("viewer")
def live_ticket(request: MemberRequest) -> HttpResponse:
    """A ticket for one survey of the organisation, or for all that happens in it."""
    if name := request.GET.get("survey", ""):
        topic = survey_topic(survey_named(request.organisation, name).pk)
    else:
        topic = organisation_topic(request.organisation.pk)
    who = user_topic(request.user.pk)
    ticket = issue_ticket(settings.SECRET_KEY, topics=[topic, who])
    answer = JsonResponse({"url": f"{settings.LIVE_URL}?ticket={ticket}", "expires_in": LIFETIME})
    answer["Cache-Control"] = "no-store"
    return answer
