"""What the API takes and gives for responses."""

from collections.abc import Sequence
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from cxhub.lib.shapes import ListMomentField, MomentField, QueryShape, StrictSerializer
from surveys.enums import ResponseState
from surveys.models import Response
from surveys.queries.visits import Spread, spreads

LANGUAGES = ("", "fr", "en")
# Where an answer comes from when not through a page of ours.
CHANNELS = ("app", "phone", "face_to_face")


def _one_of(offered: tuple[str, ...], wanted: str) -> str:
    if wanted not in offered:
        message = _("Choose one of: %(offered)s") % {"offered": ", ".join(filter(None, offered))}
        raise serializers.ValidationError(message, code="invalid_choice")
    return wanted


def _refuse(field: str, code: str, message: str) -> NoReturn:
    raise serializers.ValidationError({field: [serializers.ErrorDetail(message, code)]})


class ResponseFilter(QueryShape):
    """Which responses; `from` and `to` bound `answered_at`."""

    survey = serializers.UUIDField(required=False)
    contact = serializers.UUIDField(required=False)
    channel = serializers.CharField(max_length=20, required=False)
    state = serializers.ChoiceField(choices=ResponseState.choices, required=False)
    to = ListMomentField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": ListMomentField(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs.get("from"), attrs.get("to")
        if since and since > timezone.now():
            _refuse("from", "in_future", _("Send a moment that has come already"))
        if since and until and until <= since:
            _refuse("to", "empty_period", _("Send a moment after from"))
        return attrs


class NewResponse(StrictSerializer):
    """An answer sheet; its door is a collector, or the token of a personal link."""

    submission_id = serializers.UUIDField()
    collector = serializers.UUIDField(required=False)
    invitation_token = serializers.CharField(max_length=64, required=False)
    answers = serializers.DictField()
    language = serializers.CharField(
        max_length=2, required=False, allow_blank=True, default="", help_text="fr or en"
    )
    channel = serializers.CharField(
        max_length=20, required=False, help_text="app, phone or face_to_face"
    )
    started_at = MomentField(required=False)

    def validate_language(self, language: str) -> str:
        return _one_of(LANGUAGES, language)

    def validate_channel(self, channel: str) -> str:
        return _one_of(CHANNELS, channel)


class ScoreOut(serializers.Serializer[Any]):
    metric = serializers.CharField()
    value = serializers.IntegerField()


class LinkOut(serializers.Serializer[Any]):
    """From how many networks the personal link was opened, by people and by machines alone."""

    networks = serializers.IntegerField()
    automated_networks = serializers.IntegerField()
    is_forwarded = serializers.BooleanField(help_text="Opened from more networks than one person's")
    words = serializers.CharField()


class ResponseOut(serializers.Serializer[Any]):
    """One answer sheet; only those whose state is completed count."""

    id = serializers.UUIDField()
    survey = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ResponseState.choices)
    answers = serializers.DictField()
    scores = ScoreOut(many=True)
    channel = serializers.CharField()
    language = serializers.CharField()
    contact = serializers.UUIDField(allow_null=True)
    place = serializers.UUIDField(allow_null=True)
    flags = serializers.ListField(
        child=serializers.CharField(),
        help_text="`suspect`: answered faster than read; `repeat`: this browser had answered. "
        "Why it was set aside: `held`, `network`, `trap`, `no_gesture`, `burst`, `too_soon`; "
        "`released`: a member let it count",
    )
    link = LinkOut(allow_null=True)
    answered_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the customer last changed these answers"
    )


class ResponsePage(serializers.Serializer[Any]):
    results = ResponseOut(many=True)
    next = serializers.URLField(allow_null=True)


def responses_out(rows: Sequence[Response]) -> list[dict[str, Any]]:
    """Responses of one organisation as the API shows them, with one query for their links."""
    invitations = {row.invitation_id for row in rows if row.invitation_id}
    known = spreads(rows[0].organisation_id, invitations) if invitations else {}
    return [
        _response_out(row, known.get(row.invitation_id) if row.invitation_id else None)
        for row in rows
    ]


def response_out(response: Response) -> dict[str, Any]:
    """One response as the API shows it."""
    return responses_out([response])[0]


def _response_out(response: Response, spread: Spread | None) -> dict[str, Any]:
    return {
        "id": str(response.pk),
        "survey": str(response.survey_id),
        "state": response.state,
        "answers": response.answers,
        "scores": [
            {"metric": score.metric, "value": score.value} for score in response.scores.all()
        ],
        "channel": response.channel,
        "language": response.language,
        "contact": str(response.contact_id) if response.contact_id else None,
        "place": str(response.place_id) if response.place_id else None,
        "flags": response.flags,
        "link": _link_out(spread),
        "answered_at": response.answered_at.isoformat(),
        "changed_at": response.changed_at.isoformat() if response.changed_at else None,
    }


def _link_out(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "networks": spread.networks,
        "automated_networks": spread.automated_networks,
        "is_forwarded": spread.is_forwarded,
        "words": spread.words,
    }
