"""Choosing a template, and placing a QR code."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Place
from cxhub.lib.row_fields import RowOfQueryField
from surveys.definition import TEMPLATES
from surveys.enums import CollectorKind


class NewSurveyForm(forms.Form):
    """A press on a template."""

    template = forms.ChoiceField(choices=[(name, name) for name in TEMPLATES])
    name = forms.CharField(max_length=80, required=False)


class PlacementForm(forms.Form):
    """A QR code for one place."""

    place = RowOfQueryField(
        label=gettext_lazy("Place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=gettext_lazy("No place in particular"),
        help_text=gettext_lazy("Answers through this code carry the place."),
    )
    name = forms.CharField(
        label=gettext_lazy("Where it hangs"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example: till, entrance, table 4."),
    )
    kind = forms.ChoiceField(choices=CollectorKind.choices, required=False)


class KioskForm(PlacementForm):
    """A tablet at one place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "kiosk_%s"  # both forms stand on one page
        self.fields["place"].help_text = _("Answers on this tablet carry the place.")
        self.fields["name"].label = _("Where it stands")
        self.fields["name"].help_text = _("For example: exit, counter, waiting room.")
