"""What the API takes and gives for surveys and their doors."""

from typing import Any

from rest_framework import serializers

from cxhub.lib.shapes import QueryShape, StrictSerializer
from surveys.definition import TEMPLATES
from surveys.enums import CollectorKind, SurveyState
from surveys.models import Collector, Survey
from surveys.queries.doors import collector_url

LANGUAGES = ("fr", "en")
DEFINITION = (
    "The questionnaire as a document. `thanks` holds the thank-you of each branch and, if wanted, "
    '`link`: `{"text": {"en": "Write a review"}, "url": "https://…"}`, which everybody is shown.'
)


class LanguagesField(serializers.ListField):
    """At least one language, each once."""

    child = serializers.ChoiceField(choices=LANGUAGES)

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=1, max_length=len(LANGUAGES), **options)


class NewSurvey(StrictSerializer):
    """A survey to make from a template."""

    name = serializers.CharField(max_length=80)
    template = serializers.ChoiceField(choices=list(TEMPLATES), default="nps")
    languages = LanguagesField(required=False)


class SurveyChange(StrictSerializer):
    """What may change: name, draft, state."""

    name = serializers.CharField(max_length=80, required=False)
    definition = serializers.DictField(required=False, help_text=DEFINITION)
    status = serializers.ChoiceField(choices=SurveyState.choices, required=False)


class SurveyFilter(QueryShape):
    status = serializers.ChoiceField(choices=SurveyState.choices, required=False)


class NothingToSay(StrictSerializer):
    """An empty body."""


class NewCollector(StrictSerializer):
    """A public door to open."""

    survey = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CollectorKind.choices)
    place = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class CollectorChange(StrictSerializer):
    is_open = serializers.BooleanField()


class CollectorFilter(QueryShape):
    survey = serializers.UUIDField(required=False)


class SurveyOut(serializers.Serializer[Any]):
    """A survey; `definition` is the draft, `version` the number of what customers see."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=SurveyState.choices)
    languages = LanguagesField()
    version = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField()
    definition = serializers.DictField(help_text=DEFINITION)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SurveyPage(serializers.Serializer[Any]):
    results = SurveyOut(many=True)
    next = serializers.URLField(allow_null=True)


class PublishedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=SurveyState.choices)
    version = serializers.IntegerField()


class CollectorOut(serializers.Serializer[Any]):
    """A public door."""

    id = serializers.UUIDField()
    survey = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CollectorKind.choices)
    place = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    code = serializers.CharField()
    url = serializers.CharField()
    is_open = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class CollectorPage(serializers.Serializer[Any]):
    results = CollectorOut(many=True)
    next = serializers.URLField(allow_null=True)


def survey_out(survey: Survey) -> dict[str, Any]:
    version = survey.current_version
    return {
        "id": str(survey.pk),
        "name": survey.name,
        "status": survey.state,
        "languages": survey.languages,
        "version": version.number if version else None,
        "revision": survey.draft_revision,
        "definition": survey.draft,
        "created_at": survey.created_at.isoformat(),
        "updated_at": survey.updated_at.isoformat(),
    }


def collector_out(collector: Collector) -> dict[str, Any]:
    return {
        "id": str(collector.pk),
        "survey": str(collector.survey_id),
        "kind": collector.kind,
        "place": str(collector.place_id) if collector.place_id else None,
        "name": collector.name,
        "code": collector.code,
        "url": collector_url(collector),
        "is_open": collector.is_open,
        "created_at": collector.created_at.isoformat(),
    }
