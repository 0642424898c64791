"""Strict shapes of API requests: nothing unknown, nothing read-only, no type guessed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

PAGING = frozenset({"cursor", "limit"})
LONGEST_NAME = 40
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# Which JSON values each family of fields takes, in the order in which they are looked up.
TYPES: tuple[tuple[type[serializers.Field], tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.FloatField, (int, float)),
    (serializers.ListField, (list,)),
    (serializers.ListSerializer, (list,)),
    (serializers.DictField, (dict,)),
    (serializers.BaseSerializer, (dict,)),
    (serializers.CharField, (str,)),
    (serializers.UUIDField, (str,)),
    (serializers.ChoiceField, (str,)),
    (serializers.DateTimeField, (str,)),
    (serializers.DateField, (str,)),
)


class StrictSerializer(serializers.Serializer[Any]):
    """Describes a request body; knows no `save()`."""

    checks_types = True
    ignored: frozenset[str] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError([ErrorDetail(_("Send an object here"), code="invalid_type")])
        errors = self._shape_errors(data)
        if errors:
            raise ValidationError(errors)
        return super().to_internal_value(data)

    def _shape_errors(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        errors: dict[str, list[ErrorDetail]] = {}
        for name, value in data.items():
            field = self.fields.get(name)
            if field is None or field.read_only:
                if name not in self.ignored:
                    message = _("There is no such field, or it cannot be set")
                    errors[name[:LONGEST_NAME]] = [ErrorDetail(message, code="unknown_field")]
            elif self.checks_types and not fits(field, value):
                message = _("Send another type of value here")
                errors[name] = [ErrorDetail(message, code="invalid_type")]
        return errors


class QueryShape(StrictSerializer):
    """Describes the filters of a list; all values are texts, cursor and limit are let through."""

    checks_types = False
    ignored = PAGING


class MomentField(serializers.DateTimeField):
    """A moment with its offset; a time that could mean any zone is refused."""

    default_error_messages = {
        "no_zone": gettext_lazy("Add the offset, for example 2026-03-14T10:00:00+01:00")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("no_zone")
        return super().enforce_timezone(value)


class ListMomentField(MomentField):
    """A moment that bounds a list: in the years that a list can have."""

    default_error_messages = {"out_of_range": gettext_lazy("Send a moment from the year 2000 on")}

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment < LATEST:
            self.fail("out_of_range")
        return moment


def fits(field: serializers.Field[Any, Any, Any, Any], value: object) -> bool:
    """Whether a JSON value has the type that a field takes; null where the field allows it."""
    if value is None:
        return bool(field.allow_null)
    for family, types in TYPES:
        if isinstance(field, family):
            return type(value) in types and _items_fit(field, value)
    return True


def _items_fit(field: serializers.Field[Any, Any, Any, Any], value: object) -> bool:
    child = getattr(field, "child", None)
    if child is None or isinstance(child, serializers.BaseSerializer):
        return True
    items = value.values() if isinstance(value, dict) else cast("list[object]", value)
    return all(fits(child, item) for item in items)


def read(
    request: Request, shape: type[StrictSerializer], *, partial: bool = False
) -> dict[str, Any]:
    """The body of a request as the shape describes it, or a 400 that lists what is wrong."""
    serializer = shape(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def read_query(request: Request, shape: type[QueryShape]) -> dict[str, Any]:
    """The filters of a list; a filter given twice is refused, as nobody knows which one counts."""
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        message = ErrorDetail(_("Send this filter once"), code="repeated")
        raise ValidationError({name[:LONGEST_NAME]: [message] for name in repeated})
    serializer = shape(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
