"""Forms and rules of signing up."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions.organisations import found_organisation
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our rules for allauth: who may sign up, where links and redirects may lead."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=set())

    def build_absolute_uri(self, request: HttpRequest | None, location: str) -> str:
        return f"{settings.SITE_URL}{location}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class SignUpForm(forms.Form):
    """What allauth's form asks besides email and password."""

    organisation_name = forms.CharField(
        label=_("Organisation name"),
        max_length=80,
        error_messages={"required": _("Enter the name of your organisation")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    field_order = ["organisation_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the user exists."""
        person = cast(User, user)
        person.language = get_language() or settings.LANGUAGE_CODE
        person.save(update_fields=["language"])
        found_organisation(
            name=self.cleaned_data["organisation_name"],
            owner=person,
            language=person.language,
        )
