"""The form of a place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.places import Details
from accounts.exceptions import CodeTaken, NameTaken
from accounts.forms.settings import zone_choices
from accounts.models import Place


class PlaceForm(forms.Form):
    """A store, site or desk."""

    name = forms.CharField(
        label=_("Place name"),
        max_length=80,
        help_text=_("Customers who answer there see it."),
        error_messages={"required": _("Enter the name of the place")},
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        required=False,
        help_text=_("As your till or shop names it: orders and other events find the place by it."),
    )
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("As the organisation")), *zone_choices()],
    )

    @staticmethod
    def of(place: Place) -> dict[str, str]:
        """The form's first values."""
        return {field: getattr(place, field) for field in PlaceForm.base_fields}

    @property
    def details(self) -> Details:
        """What was asked for; call it when the form is valid."""
        return Details(**self.cleaned_data)

    def refuse(self, refused: NameTaken | CodeTaken) -> None:
        """Say at its field what another place has already."""
        if isinstance(refused, CodeTaken):
            self.add_error("code", _("Another place has this code: choose a different one"))
        else:
            self.add_error("name", _("Another place has this name: choose a different one"))
