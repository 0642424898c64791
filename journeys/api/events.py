"""What happened to a customer, told over the API."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.endpoints import KeyRequest, endpoint
from contacts.endpoints import details_of, problem_of
from contacts.exceptions import AmbiguousContact, ContactRefused, NothingIdentifies
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import read
from journeys.actions.intake import record_event
from journeys.api import shapes
from journeys.exceptions import EventInTheFuture


@extend_schema(
    request=shapes.EventShape, responses={202: shapes.EventBody}, operation_id="events_create"
)
@endpoint("POST", scope="events")
def event_collection(request: KeyRequest) -> Response:
    """Tell that something happened to a customer; journeys decide what is asked and when."""
    values = read(request, shapes.EventShape)
    try:
        event, _is_new = record_event(
            organisation=request.auth.organisation,
            type=values["type"],
            occurred_at=values["occurred_at"],
            details=details_of(values["contact"]),
            properties=values.get("properties", {}),
        )
    except (ContactRefused, AmbiguousContact, NothingIdentifies) as error:
        raise problem_of(error, "contact.") from error
    except EventInTheFuture as error:
        message = _("Send an event once it has happened.")
        told = {"path": "occurred_at", "code": "in_the_future", "message": message}
        raise Problem(400, "in_the_future", message, errors=[told]) from error
    return Response({"id": str(event.pk)}, status=202)
