"""What the metrics endpoint takes and gives."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cxhub.lib.shapes import EARLIEST, ListMomentField, QueryShape
from surveys.scoring import METRICS

GROUPINGS = ("channel", "place", "day", "week", "month")
LONGEST = timedelta(days=10 * 366)


class MetricFilter(QueryShape):
    """Which answers to score, and by what to group them."""

    survey = serializers.UUIDField()
    metric = serializers.ChoiceField(choices=sorted(METRICS), required=False)
    question = serializers.CharField(max_length=40, required=False)
    since = ListMomentField(required=False)
    until = ListMomentField(required=False)
    group_by = serializers.ChoiceField(choices=GROUPINGS, required=False)
    channel = serializers.CharField(max_length=20, required=False)
    place = serializers.UUIDField(required=False)

    ignored = frozenset()
    default_error_messages = {
        "in_future": _("Send a moment that has come already"),
        "empty_period": _("Send a moment after from"),
        "period_too_long": _("Ask for ten years at most"),
    }

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python, so the fields get their names of the address here."""
        fields = super().get_fields()
        return {{"since": "from", "until": "to"}.get(name, name): f for name, f in fields.items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        since, until = attrs.get("from"), attrs.get("to")
        if since and since > now:
            self._refuse("from", "in_future")
        if until and until <= (since or EARLIEST):
            self._refuse("to", "empty_period")
        if since and (until or now) - since > LONGEST:
            self._refuse("to", "period_too_long")
        return attrs

    def _refuse(self, field: str, code: str) -> None:
        message = self.error_messages[code]
        raise serializers.ValidationError({field: [serializers.ErrorDetail(str(message), code)]})


class GroupOut(serializers.Serializer[Any]):
    """One group; numbers are null where too few answered to tell."""

    key = serializers.DictField(child=serializers.CharField(allow_null=True))
    label = serializers.CharField()  # type: ignore[assignment]
    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True, help_text="Of the raw answers.")
    mean_low = serializers.FloatField(allow_null=True)
    mean_high = serializers.FloatField(allow_null=True)
    top_box = serializers.FloatField(
        allow_null=True, help_text="Percent who gave the best answer there is."
    )
    counts = serializers.ListField(
        child=serializers.IntegerField(),
        min_length=11,
        max_length=11,
        help_text="How often each raw answer 0…10 was given.",
    )
    excluded = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Answers that are not in n, by reason: skipped, partial, quarantined, "
        "excluded, withdrawn.",
    )


class MetricOut(serializers.Serializer[Any]):
    """The scores of a survey's question."""

    survey = serializers.UUIDField()
    question = serializers.CharField()
    metric = serializers.CharField()
    formula = serializers.CharField(help_text="Changes whenever the arithmetic does.")
    timezone = serializers.CharField(help_text="Of days, weeks and months.")
    groups = GroupOut(many=True)
