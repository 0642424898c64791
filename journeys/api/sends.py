"""Sends over the API."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import get_within
from accounts.endpoints import KeyRequest, endpoint
from channels_out.exceptions import OneWaySender
from cxhub.lib.cursors import paginate
from cxhub.lib.etags import check_match, tagged
from cxhub.lib.problems import Problem
from cxhub.lib.rows import row_by_id
from cxhub.lib.shapes import read, read_query
from journeys.actions.pausing import cancel_send, pause_send, resume_send
from journeys.actions.sends import check_send, preview_send, start_send
from journeys.api import shapes
from journeys.enums import SendState
from journeys.exceptions import EmptyAudience, NoChannel, NotAConversation, SurveyNotLive
from journeys.models import Send
from journeys.queries import sends as send_queries
from journeys.queries.audiences import Audience, unknown_contacts
from surveys.models import Survey
from surveys.queries.surveys import surveys

MOST_CONTACTS = 1_000
REFUSALS = (SurveyNotLive, NoChannel, OneWaySender, NotAConversation, EmptyAudience)
# What each wish does, and the states in which it is fulfilled.
CHANGES = {
    "paused": (pause_send, {SendState.PAUSED}),
    "running": (resume_send, {SendState.PLANNING, SendState.RUNNING}),
    "cancelled": (cancel_send, {SendState.CANCELLED}),
}


@extend_schema(
    methods=["GET"],
    parameters=[shapes.NoFilters],
    responses=shapes.SendPage,
    operation_id="sends_list",
)
@extend_schema(
    methods=["POST"],
    request=shapes.SendShape,
    responses={200: shapes.SendStarted, 201: shapes.SendStarted},
    operation_id="sends_create",
)
@endpoint("GET", "POST", scope="sends")
def send_collection(request: KeyRequest) -> Response:
    """The sends; POST decides for each contact and hands over what is due."""
    if request.method == "POST":
        return _start(request, read(request, shapes.SendShape))
    read_query(request, shapes.NoFilters)
    organisation = request.auth.organisation
    rows, next_url = paginate(request, send_queries.sends(organisation), ("-created_at", "-id"))
    results = [_summary(row) for row in send_queries.send_rows(organisation, rows)]
    return Response({"results": results, "next": next_url})


@extend_schema(methods=["GET"], responses=shapes.SendBody, operation_id="sends_read")
@extend_schema(
    methods=["PATCH"],
    request=shapes.SendChange,
    responses=shapes.SendBody,
    operation_id="sends_change",
)
@endpoint("GET", "PATCH", scope="sends", is_guarded=True)
def send_resource(request: KeyRequest, pk: str) -> Response:
    """One send and how far it is; PATCH pauses it, lets it go on or stops it."""
    is_change = request.method == "PATCH"
    send = get_within(request.auth.organisation, Send, pk, is_held=is_change)
    if is_change:
        check_match(request, _send_body(request, send))
        send = _changed(request, send, read(request, shapes.SendChange)["state"])
    body = _send_body(request, send)
    return Response(body, headers=tagged(body))


def _changed(request: KeyRequest, send: Send, wanted: str) -> Send:
    act, reached = CHANGES[wanted]
    changed = act(send=send, actor=request.auth.created_by)
    if changed.state not in reached:
        raise Problem(409, "wrong_state", _("This send is over: nothing of it is left to change."))
    return changed


def _start(request: KeyRequest, values: dict[str, Any]) -> Response:
    organisation = request.auth.organisation
    survey = _survey(request, values["survey"])
    audience = _audience(request, values["contacts"])
    channel, mode = values["channel"], values.get("mode", "")
    try:
        if values["dry_run"]:
            check_send(organisation, survey, channel, mode)
            preview = preview_send(
                organisation=organisation, survey=survey, channel_kind=channel, audience=audience
            )
            return Response(
                {
                    "id": None,
                    "state": "dry_run",
                    "is_estimate": preview.is_estimate,
                    "planned": preview.planned,
                    "deferred": preview.deferred,
                    "suppressed": [
                        {"reason": reason, "count": count}
                        for reason, count in preview.suppressed.most_common()
                    ],
                }
            )
        send = start_send(
            organisation=organisation,
            survey=survey,
            channel_kind=channel,
            audience=audience,
            created_by=None,
            name=values.get("name", ""),
            mode=mode,
        )
    except REFUSALS as error:
        raise _refusal(error) from error
    return Response(_started(request, send), status=201)


def _started(request: KeyRequest, send: Send) -> dict[str, Any]:
    progress = send_queries.progress(request.auth.organisation, send)
    return {
        "id": str(send.pk),
        "state": send.state,
        "planned": progress.planned,
        "deferred": progress.deferred,
        "suppressed": [{"reason": row.reason, "count": row.count} for row in progress.suppressed],
    }


def _summary(row: send_queries.SendRow) -> dict[str, Any]:
    return {
        "id": str(row.send.pk),
        "name": row.send.name,
        "survey": str(row.send.survey_id),
        "channel": row.send.channel_kind,
        "state": row.send.state,
        "asked": row.asked,
        "answered": row.answered,
        "not_asked": row.not_asked,
        "created_at": row.send.created_at.isoformat(),
    }


def _send_body(request: KeyRequest, send: Send) -> dict[str, Any]:
    progress = send_queries.progress(request.auth.organisation, send)
    counts = dict(progress.messages)
    counts["suppressed"] += progress.not_asked
    counts |= {
        "planned": progress.planned,
        "deferred": progress.deferred,
        "answered": progress.answered,
    }
    return {
        "id": str(send.pk),
        "name": send.name,
        "survey": str(send.survey_id),
        "channel": send.channel_kind,
        "state": send.state,
        "counts": counts,
        "created_at": send.created_at.isoformat(),
    }


def _survey(request: KeyRequest, pk: UUID) -> Survey:
    survey = row_by_id(surveys(request.auth.organisation), pk)
    if survey is None:
        raise Http404
    return survey


def _audience(request: KeyRequest, wanted: list[UUID]) -> Audience:
    if len(wanted) > MOST_CONTACTS:
        raise Problem(413, "too_many_items", _("Send at most 1000 contacts at once."))
    unknown = unknown_contacts(request.auth.organisation, wanted)
    if unknown:
        message = _("This is no contact of your organisation")
        errors = [
            {"path": f"contacts.{position}", "code": "unknown_contact", "message": message}
            for position, pk in enumerate(wanted)
            if pk in unknown
        ]
        detail = _("Correct the fields listed in errors.")
        raise Problem(404, "not_found", detail, errors=errors)
    return {"kind": "contacts", "contacts": sorted({str(pk) for pk in wanted})}


def _refusal(error: ValueError | Exception) -> Problem:
    codes = {
        SurveyNotLive: ("survey_not_live", _("Publish the survey before you send it.")),
        NoChannel: ("no_channel", _("Set up a sender for this channel in the settings.")),
        OneWaySender: (
            "one_way_sender",
            _("This sender cannot receive replies: choose the mode link."),
        ),
        NotAConversation: (
            "not_a_conversation",
            _("Only a survey that begins with a score from 0 to 10 is answered by text."),
        ),
        EmptyAudience: ("empty_audience", _("Choose at least one contact.")),
    }
    code, detail = codes[type(error)]
    return Problem(422, code, detail)
