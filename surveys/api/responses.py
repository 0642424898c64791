"""Responses: read them, and hand in those of apps and interviewers."""

from typing import Any, NoReturn

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import parser_classes
from rest_framework.response import Response as Answer

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from cxhub.lib.cursors import paginate
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import read, read_query
from cxhub.lib.strict_json import AnswersParser
from surveys.actions.responses import Door, Outcome, Submission, submit_response
from surveys.api import response_shapes as shapes
from surveys.models import Collector, Response, Survey
from surveys.queries import openings
from surveys.queries.responses import responses

STATUSES = {"created": 201, "replayed": 200}


@extend_schema(methods=["GET"], parameters=[shapes.ResponseFilter], responses=shapes.ResponsePage)
@extend_schema(
    methods=["POST"],
    request=shapes.NewResponse,
    responses={201: shapes.ResponseOut, 200: shapes.ResponseOut},
)
@endpoint("GET", "POST", scope="responses")
@parser_classes([AnswersParser])
def response_collection(request: KeyRequest) -> Answer:
    """List responses, the newest first, or hand one in."""
    if request.method == "POST":
        return _submit(request)
    organisation = request.auth.organisation
    wanted = read_query(request, shapes.ResponseFilter)
    if "survey" in wanted:
        get_within(organisation, Survey, wanted["survey"])
    page, following = paginate(request, responses(organisation, wanted), ("-answered_at", "-id"))
    return Answer({"results": shapes.responses_out(page), "next": following})


@extend_schema(methods=["GET"], responses=shapes.ResponseOut)
@endpoint("GET", scope="responses")
def response_item(request: KeyRequest, pk: str) -> Answer:
    """One response."""
    return Answer(shapes.response_out(get_within(request.auth.organisation, Response, pk)))


def _submit(request: KeyRequest) -> Answer:
    wanted = read(request, shapes.NewResponse)
    outcome = submit_response(
        Submission(
            door=_door(request, wanted),
            submission_id=wanted["submission_id"],
            answers=wanted["answers"],
            language=wanted["language"],
            channel=wanted.get("channel", ""),
            started_at=wanted.get("started_at"),
        )
    )
    if outcome.kind not in STATUSES or outcome.response_id is None:
        _refuse(outcome)
    response = get_within(request.auth.organisation, Response, outcome.response_id)
    return Answer(shapes.response_out(response), status=STATUSES[outcome.kind])


def _door(request: KeyRequest, wanted: dict[str, Any]) -> Door:
    """The one door that the body names; somebody else's is not found."""
    organisation = request.auth.organisation
    if ("collector" in wanted) == ("invitation_token" in wanted):
        message = _("Send a collector, or the token of a personal link")
        errors = [{"path": "collector", "code": "required", "message": message}]
        raise Problem(400, "required", _("Correct the fields listed in errors."), errors=errors)
    if "collector" in wanted:
        return Door(code=get_within(organisation, Collector, wanted["collector"]).code)
    door = Door.of_token(wanted["invitation_token"])
    opening = openings.opening_of_hash(door.token_hash)
    if opening is None or opening.organisation_id != str(organisation.pk):
        raise Http404
    return door


def _refuse(outcome: Outcome) -> NoReturn:
    if outcome.kind == "invalid":
        errors = [
            {"path": problem.path, "code": problem.code, "message": str(problem.message)}
            for problem in outcome.problems
        ]
        detail = _("Correct the answers listed in errors.")
        raise Problem(400, errors[0]["code"], detail, errors=errors)
    refusals = {
        "already_answered": (409, _("This link was answered already.")),
        "changed": (409, _("The survey has changed: read it again.")),
        "closed": (410, _("This survey takes no more answers.")),
        "expired": (410, _("This link has expired.")),
    }
    if outcome.kind not in refusals:
        raise Http404
    status, detail = refusals[outcome.kind]
    raise Problem(status, outcome.kind, detail)
