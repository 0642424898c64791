"""Fields that choose among rows tell of an identifier that nobody offered."""

import pytest
from django import forms

from accounts.models import Place
from cxhub.lib.ids import uuid7
from cxhub.lib.row_fields import RowChoiceField, RowOfQueryField, RowsChoiceField

OFFERED = str(uuid7())


class PickForm(forms.Form):
    one = RowChoiceField(choices=[("", "-"), (OFFERED, "Ann")], required=False)
    several = RowsChoiceField(choices=[(OFFERED, "Ann")], required=False)


class PlaceForm(forms.Form):
    place = RowOfQueryField(queryset=Place.objects.none(), required=False)


def noted(caplog):
    return [record.value for record in caplog.records if record.name == "security"]


@pytest.mark.parametrize("name", ["one", "several"])
def test_somebody_elses_identifier_is_refused_and_noted(name, caplog):
    """AB-01: in a body."""
    foreign = str(uuid7())

    assert not PickForm({name: foreign if name == "one" else [OFFERED, foreign]}).is_valid()
    assert noted(caplog) == [foreign]


def test_somebody_elses_row_of_a_query_is_refused_and_noted(db, caplog):
    """AB-01: in a body."""
    foreign = str(uuid7())

    assert not PlaceForm({"place": foreign}).is_valid()
    assert noted(caplog) == [foreign]


@pytest.mark.parametrize("body", [{"one": OFFERED, "several": [OFFERED]}, {}, {"one": "Ann"}])
def test_what_is_offered_or_no_identifier_is_not_noted(body, caplog):
    PickForm(body).is_valid()

    assert noted(caplog) == []
