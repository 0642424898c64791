"""What sends and journey events look like over the API."""

from typing import Any

from rest_framework import serializers

from contacts.endpoints import ContactShape
from cxhub.lib.shapes import MomentField, QueryShape, StrictSerializer
from journeys.enums import SendMode


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


class SendChange(StrictSerializer):
    """What becomes of a send: what has not left is held back, let go, or taken back."""

    state = serializers.ChoiceField(choices=["paused", "running", "cancelled"])


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


class NoFilters(QueryShape):
    """This list has no filters but its pages."""


class EventShape(StrictSerializer):
    """Something that happened to a customer; the same event twice is one event."""

    type = serializers.RegexField(r"^[a-z0-9][a-z0-9._-]{0,59}$")
    occurred_at = MomentField()
    contact = ContactShape()
    properties = serializers.DictField(required=False)


class EventBody(serializers.Serializer[Any]):
    """The stored event."""

    id = serializers.UUIDField()
