"""Sends and journey events over the API."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.endpoints import KeyRequest, endpoint
from channels_out.exceptions import OneWaySender
from contacts.endpoints import ContactShape, details_of, problem_of
from contacts.exceptions import AmbiguousContact, ContactRefused, NothingIdentifies
from cxhub.lib.cursors import paginate
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import MomentField, QueryShape, StrictSerializer, read, read_query
from journeys.actions.intake import record_event
from journeys.actions.sends import check_send, preview_send, start_send
from journeys.enums import SendMode
from journeys.exceptions import (
    EmptyAudience,
    EventInTheFuture,
    NoChannel,
    NotAConversation,
    SurveyNotLive,
)
from journeys.models import Send
from journeys.queries import sends as send_queries
from journeys.queries.audiences import Audience, unknown_contacts
from surveys.models import Survey
from surveys.queries.surveys import surveys

MOST_CONTACTS = 1_000
REFUSALS = (SurveyNotLive, NoChannel, OneWaySender, NotAConversation, EmptyAudience)


class SendShape(StrictSerializer):
    """A survey for chosen contacts; with dry_run nothing is written."""

    survey = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=["email", "sms"])
    contacts = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)
    dry_run = serializers.BooleanField(default=False)
    name = serializers.CharField(max_length=80, required=False)
    mode = serializers.ChoiceField(choices=SendMode.values, required=False)


class ReasonShape(serializers.Serializer[Any]):
    """How many for one reason."""

    reason = serializers.CharField()
    count = serializers.IntegerField()


class SendStarted(serializers.Serializer[Any]):
    """What was decided; id is null for a dry run, which says whether it estimates."""

    id = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    is_estimate = serializers.BooleanField(required=False)
    planned = serializers.IntegerField()
    deferred = serializers.IntegerField()
    suppressed = ReasonShape(many=True)


class SendBody(serializers.Serializer[Any]):
    """A send with the number of its messages in each state."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    survey = serializers.UUIDField()
    channel = serializers.CharField()
    state = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    created_at = serializers.DateTimeField()


class SendSummary(serializers.Serializer[Any]):
    """A send in a list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    survey = serializers.UUIDField()
    channel = serializers.CharField()
    state = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    not_asked = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class SendPage(serializers.Serializer[Any]):
    """One page of sends."""

    results = SendSummary(many=True)
    next = serializers.URLField(allow_null=True)


class EventShape(StrictSerializer):
    """Something that happened to a customer; the same event twice is one event."""

    type = serializers.RegexField(r"^[a-z0-9][a-z0-9._-]{0,59}$")
    occurred_at = MomentField()
    contact = ContactShape()
    properties = serializers.DictField(required=False)


class EventBody(serializers.Serializer[Any]):
    """The stored event."""

    id = serializers.UUIDField()


class NoFilters(QueryShape):
    """This list has no filters but its pages."""


@extend_schema(
    methods=["GET"], parameters=[NoFilters], responses=SendPage, operation_id="sends_list"
)
@extend_schema(
    methods=["POST"],
    request=SendShape,
    responses={200: SendStarted, 201: SendStarted},
    operation_id="sends_create",
)
@endpoint("GET", "POST", scope="sends")
def send_collection(request: KeyRequest) -> Response:
    """The sends; POST decides for each contact and hands over what is due."""
    if request.method == "POST":
        return _start(request, read(request, SendShape))
    read_query(request, NoFilters)
    organisation = request.auth.organisation
    rows, next_url = paginate(request, send_queries.sends(organisation), ("-created_at", "-id"))
    results = [_summary(row) for row in send_queries.send_rows(organisation, rows)]
    return Response({"results": results, "next": next_url})


@extend_schema(responses=SendBody, operation_id="sends_read")
@endpoint("GET", scope="sends")
def send_resource(request: KeyRequest, pk: str) -> Response:
    """One send and how far it is."""
    send = send_queries.send_by_id(request.auth.organisation, pk)
    if send is None:
        raise Http404
    return Response(_send_body(request, send))


@extend_schema(request=EventShape, responses={202: EventBody}, operation_id="events_create")
@endpoint("POST", scope="events")
def event_collection(request: KeyRequest) -> Response:
    """Tell that something happened to a customer; journeys decide what is asked and when."""
    values = read(request, EventShape)
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
        raise _at(
            "occurred_at", "in_the_future", _("Send an event once it has happened.")
        ) from error
    return Response({"id": str(event.pk)}, status=202)


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
    survey = surveys(request.auth.organisation).filter(pk=pk).first()
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


def _at(path: str, code: str, message: str) -> Problem:
    return Problem(400, code, message, errors=[{"path": path, "code": code, "message": message}])
