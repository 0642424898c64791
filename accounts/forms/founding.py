"""What signing up asks besides email and password.

allauth builds its sign-up form on this one, so it imports nothing of allauth's forms.
"""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions.organisations import found_organisation
from accounts.models import User


class FoundingForm(forms.Form):
    """The organisation that comes with the first person."""

    organisation_name = forms.CharField(
        label=_("Organisation name"),
        max_length=80,
        error_messages={"required": _("Enter the name of your organisation")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    # The browser says which; without scripts the settings do.
    timezone = forms.Field(
        required=False, widget=forms.HiddenInput(attrs={"data-own-timezone": True})
    )

    field_order = ["organisation_name", "name", "email", "password1"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the user exists."""
        person = cast("User", user)
        person.language = get_language() or settings.LANGUAGE_CODE
        person.name = self.cleaned_data["name"]
        person.save(update_fields=["language", "name"])
        found_organisation(
            name=self.cleaned_data["organisation_name"],
            owner=person,
            language=person.language,
            timezone=self.cleaned_data["timezone"],
        )
