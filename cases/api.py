"""Cases for programs: read them, write notes, assign, close and reopen."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from accounts.queries.memberships import members
from cases.actions import cases as case_actions
from cases.enums import CaseState, CloseReason
from cases.exceptions import CaseClosed
from cases.forms import LONGEST_TEXT
from cases.models import Case
from cases.queries import cases as case_queries
from cases.queries import desk
from cxhub.lib.cursors import paginate
from cxhub.lib.etags import check_match, tagged
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import QueryShape, StrictSerializer, read, read_query

STATES = ("open", *CaseState.values)


class CaseFilter(QueryShape):
    state = serializers.ChoiceField(choices=STATES, required=False)


class CaseOut(serializers.Serializer[Any]):
    """A case."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=CaseState.choices)
    response = serializers.UUIDField(allow_null=True)
    contact = serializers.UUIDField(allow_null=True)
    assignee = serializers.UUIDField(allow_null=True)
    team = serializers.UUIDField(allow_null=True)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField()
    is_automatic = serializers.BooleanField()
    revision = serializers.IntegerField()


class CasePage(serializers.Serializer[Any]):
    results = CaseOut(many=True)
    next = serializers.URLField(allow_null=True)


class NoteIn(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST_TEXT)


class NoteOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class AssignIn(StrictSerializer):
    assignee = serializers.UUIDField(allow_null=True)


class CloseIn(StrictSerializer):
    reason = serializers.ChoiceField(choices=CloseReason.choices)
    note = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default=""
    )


class ReopenIn(StrictSerializer):
    """Nothing: an empty object, or no body at all."""


@extend_schema(parameters=[CaseFilter], responses=CasePage)
@endpoint("GET", scope="cases")
def case_collection(request: KeyRequest) -> Response:
    """List cases, the newest first; `state=open` means every state but closed."""
    state = read_query(request, CaseFilter).get("state")
    wanted = Q(state__in=case_queries.OPEN) if state == "open" else Q(state=state)
    rows = case_queries.cases(request.auth.organisation)
    rows = rows.filter(wanted) if state else rows
    page, following = paginate(request, rows, ("-opened_at", "-id"))
    return Response({"results": [case_out(case) for case in page], "next": following})


@extend_schema(responses=CaseOut)
@endpoint("GET", scope="cases", is_guarded=True)
def case_item(request: KeyRequest, pk: str) -> Response:
    """Read one case."""
    return _answer(_named(request, pk))


@extend_schema(request=NoteIn, responses={201: NoteOut})
@endpoint("POST", scope="cases")
def case_notes(request: KeyRequest, pk: str) -> Response:
    """Write an internal note."""
    case = _named(request, pk)
    note = case_actions.add_note(case=case, text=read(request, NoteIn)["text"], actor=None)
    note.refresh_from_db(fields=["created_at"])
    return Response(
        {"id": str(note.pk), "text": note.text, "created_at": note.created_at}, status=201
    )


@extend_schema(request=AssignIn, responses=CaseOut)
@endpoint("POST", scope="cases", is_guarded=True)
def case_assign(request: KeyRequest, pk: str) -> Response:
    """Give the case to a member who may act, or to nobody."""
    case = _held(request, pk)
    wanted = read(request, AssignIn)["assignee"]
    agents = {member.pk: member for member in desk.agents(request.auth.organisation)}
    if wanted is not None and not members(request.auth.organisation).filter(pk=wanted).exists():
        raise Http404
    if wanted is not None and wanted not in agents:
        raise Problem(
            400,
            "not_an_agent",
            _("Send a member who may act on cases."),
            errors=[{"path": "assignee", "code": "not_an_agent", "message": _("Unknown member")}],
        )
    try:
        case_actions.assign_case(case=case, assignee=agents.get(wanted), actor=None)
    except CaseClosed as closed:
        raise _closed() from closed
    return _answer(_named(request, pk))


@extend_schema(request=CloseIn, responses=CaseOut)
@endpoint("POST", scope="cases", is_guarded=True)
def case_close(request: KeyRequest, pk: str) -> Response:
    """Close the case with its reason."""
    case = _held(request, pk)
    try:
        case_actions.close_case(case=case, actor=None, **read(request, CloseIn))
    except CaseClosed as closed:
        raise _closed() from closed
    return _answer(_named(request, pk))


@extend_schema(request=ReopenIn, responses=CaseOut)
@endpoint("POST", scope="cases", is_guarded=True)
def case_reopen(request: KeyRequest, pk: str) -> Response:
    """Open a closed case again; one that is open stays as it is."""
    case = _held(request, pk)
    read(request, ReopenIn)
    case_actions.reopen_case(case=case, actor=None)
    return _answer(_named(request, pk))


def case_out(case: Case) -> dict[str, object]:
    """A case as the API shows it."""
    return {
        "id": str(case.pk),
        "number": case.number,
        "state": case.state,
        "response": _text(case.response_id),
        "contact": _text(case.contact_id),
        "assignee": _text(case.assignee_id),
        "team": _text(case.team_id),
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "closed_at": case.closed_at,
        "close_reason": case.close_reason,
        "is_automatic": case.is_automatic,
        "revision": case.revision,
    }


def _text(pk: object) -> str | None:
    return str(pk) if pk else None


def _answer(case: Case) -> Response:
    body = case_out(case)
    return Response(body, headers=tagged(body))


def _held(request: KeyRequest, pk: str) -> Case:
    """The case to change, as the client knows it."""
    case = get_within(request.auth.organisation, Case, pk, is_held=True)
    check_match(request, case_out(case))
    return case


def _named(request: KeyRequest, pk: str) -> Case:
    case = case_queries.case_by_id(request.auth.organisation, pk)
    if case is None:
        raise Http404
    return case


def _closed() -> Problem:
    return Problem(409, "case_closed", _("A closed case takes no changes: open it again first."))
