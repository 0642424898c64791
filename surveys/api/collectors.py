"""Collectors: the public doors to a survey."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from accounts.exceptions import PlaceArchived
from accounts.models import Place
from cxhub.lib.cursors import paginate
from cxhub.lib.etags import check_match, tagged
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import read, read_query
from surveys.actions.collectors import create_collector, set_open
from surveys.api import shapes
from surveys.exceptions import WrongState
from surveys.models import Collector, Survey
from surveys.queries.doors import collectors


@extend_schema(methods=["GET"], parameters=[shapes.CollectorFilter], responses=shapes.CollectorPage)
@extend_schema(methods=["POST"], request=shapes.NewCollector, responses={201: shapes.CollectorOut})
@endpoint("GET", "POST", scope="surveys")
def collector_collection(request: KeyRequest) -> Response:
    """List the doors, or open a new one."""
    if request.method == "POST":
        return _create(request)
    organisation = request.auth.organisation
    wanted = read_query(request, shapes.CollectorFilter)
    survey = get_within(organisation, Survey, wanted["survey"]) if "survey" in wanted else None
    page, following = paginate(request, collectors(organisation, survey), ("created_at", "id"))
    return Response({"results": [shapes.collector_out(row) for row in page], "next": following})


def _create(request: KeyRequest) -> Response:
    organisation = request.auth.organisation
    wanted = read(request, shapes.NewCollector)
    survey = get_within(organisation, Survey, wanted["survey"])
    place = get_within(organisation, Place, wanted["place"]) if wanted["place"] else None
    try:
        collector = create_collector(
            survey=survey,
            kind=wanted["kind"],
            place=place,
            name=wanted["name"],
            actor=request.auth.created_by,
        )
    except WrongState as wrong:
        detail = _("Take the survey out of the archive first.")
        raise Problem(409, "wrong_state", detail) from wrong
    except PlaceArchived as archived:
        detail = _("This place is archived: bring it back, or send another.")
        raise Problem(409, "place_archived", detail) from archived
    return Response(shapes.collector_out(collector), status=201)


@extend_schema(methods=["GET"], responses=shapes.CollectorOut)
@extend_schema(methods=["PATCH"], request=shapes.CollectorChange, responses=shapes.CollectorOut)
@endpoint("GET", "PATCH", scope="surveys", is_guarded=True)
def collector_item(request: KeyRequest, pk: str) -> Response:
    """Read a door, or open and close it."""
    is_change = request.method == "PATCH"
    collector = get_within(request.auth.organisation, Collector, pk, is_held=is_change)
    if is_change:
        check_match(request, shapes.collector_out(collector))
        is_open = read(request, shapes.CollectorChange)["is_open"]
        set_open(collector=collector, is_open=is_open, actor=request.auth.created_by)
    body = shapes.collector_out(collector)
    return Response(body, headers=tagged(body))
