"""Surveys: list, make, read, change, publish."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from cxhub.lib.cursors import paginate
from cxhub.lib.etags import check_match, tagged
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import read, read_query
from surveys.actions import publishing
from surveys.api import shapes
from surveys.definition.checks import summary
from surveys.enums import SurveyState
from surveys.exceptions import InvalidDocument, NotPublishable, WrongState
from surveys.models import Survey
from surveys.queries.surveys import surveys


@extend_schema(methods=["GET"], parameters=[shapes.SurveyFilter], responses=shapes.SurveyPage)
@extend_schema(methods=["POST"], request=shapes.NewSurvey, responses={201: shapes.SurveyOut})
@endpoint("GET", "POST", scope="surveys")
def survey_collection(request: KeyRequest) -> Response:
    """List the surveys, or make a draft from a template."""
    if request.method == "POST":
        return _create(request)
    wanted = read_query(request, shapes.SurveyFilter)
    rows = surveys(request.auth.organisation, state=wanted.get("status", ""))
    page, following = paginate(request, rows, ("-updated_at", "-id"))
    return Response({"results": [shapes.survey_out(row) for row in page], "next": following})


def _create(request: KeyRequest) -> Response:
    wanted = read(request, shapes.NewSurvey)
    organisation = request.auth.organisation
    languages = wanted.get("languages") or [organisation.language]
    if len(set(languages)) != len(languages):
        raise Problem(400, "duplicate", _("Name each language once"))
    survey = publishing.create_survey(
        organisation=organisation,
        name=wanted["name"],
        template=wanted["template"],
        languages=languages,
        created_by=request.auth.created_by,
    )
    return _answer(survey, 201)


@extend_schema(methods=["GET"], responses=shapes.SurveyOut)
@extend_schema(methods=["PATCH"], request=shapes.SurveyChange, responses=shapes.SurveyOut)
@endpoint("GET", "PATCH", scope="surveys", is_guarded=True)
def survey_item(request: KeyRequest, pk: str) -> Response:
    """Read a survey, or change its name, draft or state."""
    is_change = request.method == "PATCH"
    survey = get_within(request.auth.organisation, Survey, pk, is_held=is_change)
    if is_change:
        check_match(request, shapes.survey_out(survey))
        survey = _change(request, survey)
    return _answer(survey, 200)


def _change(request: KeyRequest, survey: Survey) -> Survey:
    wanted = read(request, shapes.SurveyChange)
    try:
        if "definition" in wanted or "name" in wanted:
            survey = publishing.save_draft(
                survey=survey,
                document=wanted.get("definition", survey.draft),
                revision=survey.draft_revision,
                name=wanted.get("name"),
                actor=request.auth.created_by,
            )
        if "status" in wanted:
            survey = publishing.change_state(
                survey=survey, state=wanted["status"], actor=request.auth.created_by
            )
    except InvalidDocument as invalid:
        errors = [
            {**problem, "path": f"definition.{problem['path']}".rstrip(".")}
            for problem in _errors(invalid)
        ]
        detail = _("Correct the fields listed in errors.")
        raise Problem(400, errors[0]["code"], detail, errors=errors) from invalid
    except WrongState as wrong:
        raise _wrong_state(wrong) from wrong
    return survey


@extend_schema(request=shapes.NothingToSay, responses=shapes.PublishedOut)
@endpoint("POST", scope="surveys", is_guarded=True)
def survey_publish(request: KeyRequest, pk: str) -> Response:
    """Publish the draft as a new version and open the survey."""
    survey = get_within(request.auth.organisation, Survey, pk, is_held=True)
    check_match(request, shapes.survey_out(survey))
    read(request, shapes.NothingToSay)
    try:
        version = publishing.publish_survey(survey=survey, actor=request.auth.created_by)
    except NotPublishable as refusal:
        raise _not_publishable(refusal) from refusal
    except WrongState as wrong:
        raise _wrong_state(wrong) from wrong
    survey.refresh_from_db()
    return Response({"id": str(survey.pk), "status": survey.state, "version": version.number})


def _answer(survey: Survey, status: int) -> Response:
    body = shapes.survey_out(survey)
    return Response(body, status=status, headers=tagged(body))


def _errors(refusal: InvalidDocument | NotPublishable) -> list[dict[str, str]]:
    return [
        {"path": problem.path, "code": problem.code, "message": problem.message}
        for problem in refusal.problems
    ]


def _not_publishable(refusal: NotPublishable) -> Problem:
    errors = _errors(refusal)
    codes = [error["code"] for error in errors]
    status = 409 if "key_reused" in codes else 400
    code = "key_reused" if status == 409 else codes[0]
    return Problem(status, code, summary(refusal.problems), errors=errors)


def _wrong_state(wrong: WrongState) -> Problem:
    detail = _("This is not possible while the survey is: %(state)s.")
    return Problem(409, "wrong_state", detail % {"state": SurveyState(wrong.state).label})
