"""Form fields that choose among the organisation's rows, and tell of an identifier of nobody's."""

from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from django import forms
from django.core.exceptions import ValidationError

from cxhub.lib import security_log
from cxhub.lib.ids import parse_uuid

Choice: TypeAlias = tuple[Any, Any]  # a value with its words, or a title with such pairs


class RowChoiceField(forms.ChoiceField):
    """One row; the form fills in the choices."""

    def valid_value(self, value: Any) -> bool:
        return _known(value, is_valid=super().valid_value(value))


class RowsChoiceField(forms.MultipleChoiceField):
    """Several rows; the form fills in the choices."""

    def valid_value(self, value: Any) -> bool:
        return _known(value, is_valid=super().valid_value(value))


def offer(form: forms.Form, name: str, choices: Iterable[Choice]) -> None:
    """Fill in what one of these fields offers: rows, or groups of them."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


class RowOfQueryField(forms.ModelChoiceField):
    """One row of a query."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            _known(value, is_valid=False)
            raise


def _known(value: object, *, is_valid: bool) -> bool:
    if not is_valid and parse_uuid(str(value)):
        security_log.choice_not_found(str(value))
    return is_valid
