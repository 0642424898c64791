"""Rules and incidents for programs: to read."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.endpoints import KeyRequest, endpoint
from alerts.enums import NotificationState
from alerts.models import Incident, Notification, Rule
from alerts.queries.incidents import incidents, told
from alerts.queries.rules import rule_by_id, rules
from cxhub.lib.cursors import paginate
from cxhub.lib.shapes import QueryShape, read_query


class NoFilter(QueryShape):
    """Nothing to filter by."""


class RuleOut(serializers.Serializer[Any]):
    """A rule."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    survey = serializers.UUIDField()
    condition = serializers.CharField()
    params = serializers.DictField()
    reactions = serializers.ListField(child=serializers.CharField())
    recipients = serializers.ListField(child=serializers.UUIDField())
    teams = serializers.ListField(child=serializers.UUIDField())
    is_active = serializers.BooleanField()
    revision = serializers.IntegerField()


class RulePage(serializers.Serializer[Any]):
    results = RuleOut(many=True)
    next = serializers.URLField(allow_null=True)


class NotificationOut(serializers.Serializer[Any]):
    member = serializers.UUIDField()
    state = serializers.ChoiceField(choices=NotificationState.choices)
    error = serializers.CharField()


class IncidentOut(serializers.Serializer[Any]):
    """What a rule found, and what became of telling each member."""

    id = serializers.UUIDField()
    rule = serializers.UUIDField()
    response = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    notifications = NotificationOut(many=True)


class IncidentPage(serializers.Serializer[Any]):
    results = IncidentOut(many=True)
    next = serializers.URLField(allow_null=True)


@extend_schema(responses=RulePage)
@endpoint("GET", scope="cases")
def rule_collection(request: KeyRequest) -> Response:
    """List the alert rules, the newest first."""
    read_query(request, NoFilter)
    rows = rules(request.auth.organisation)
    page, following = paginate(request, rows, ("-created_at", "-id"))
    return Response({"results": [rule_out(rule) for rule in page], "next": following})


@extend_schema(responses=RuleOut)
@endpoint("GET", scope="cases")
def rule_item(request: KeyRequest, pk: str) -> Response:
    """Read one rule."""
    rule = rule_by_id(request.auth.organisation, pk)
    if rule is None:
        raise Http404
    return Response(rule_out(rule))


@extend_schema(responses=IncidentPage)
@endpoint("GET", scope="cases")
def incident_collection(request: KeyRequest) -> Response:
    """List what the rules found, the newest first."""
    read_query(request, NoFilter)
    rows = incidents(request.auth.organisation)
    page, following = paginate(request, rows, ("-opened_at", "-id"))
    by_incident = told(request.auth.organisation, page)
    results = [incident_out(incident, by_incident[incident.pk]) for incident in page]
    return Response({"results": results, "next": following})


def rule_out(rule: Rule) -> dict[str, object]:
    """A rule as the API shows it."""
    return {
        "id": str(rule.pk),
        "name": rule.name,
        "survey": str(rule.survey_id),
        "condition": rule.condition,
        "params": rule.params,
        "reactions": rule.reactions,
        "recipients": rule.recipients,
        "teams": rule.teams,
        "is_active": rule.is_active,
        "revision": rule.revision,
    }


def incident_out(incident: Incident, rows: Sequence[Notification]) -> dict[str, object]:
    """An incident as the API shows it."""
    return {
        "id": str(incident.pk),
        "rule": str(incident.rule_id),
        "response": str(incident.response_id),
        "opened_at": incident.opened_at,
        "notifications": [
            {"member": str(row.member_id), "state": row.state, "error": row.error} for row in rows
        ],
    }
