"""Forms of the settings and of a person's preferences."""

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.text import format_lazy, slugify
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import SCOPES, Role, Theme
from accounts.forms.entrance import ENTER_EMAIL
from accounts.models import Organisation, User
from cxhub.lib import emails, phones, zones

SCOPE_WORDS = {
    "surveys:read": _("Read surveys"),
    "surveys:write": _("Create and change surveys"),
    "contacts:read": _("Read contacts"),
    "contacts:write": _("Create and change contacts"),
    "sends:read": _("Read sends"),
    "sends:write": _("Start and stop sends"),
    "responses:read": _("Read answers"),
    "responses:write": _("Record answers"),
    "metrics:read": _("Read scores"),
    "events:write": _("Announce orders and other events"),
    "cases:read": _("Read cases"),
    "cases:write": _("Work on cases"),
}

EMAIL_ERRORS = dict.fromkeys(("required", "invalid", "max_length"), ENTER_EMAIL)


def country_choices() -> list[tuple[str, str]]:
    """The countries that have telephone numbers, in the reader's language and order."""
    names = Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-").territories
    named = [(code, names.get(code, code)) for code in phones.REGIONS]
    return sorted(named, key=lambda country: slugify(country[1]))


def zone_choices() -> list[tuple[str, str]]:
    """The time zones that name a city, each once: no links and no offsets."""
    return [(zone, zone.replace("_", " ")) for zone in zones.countries()]


class OrganisationForm(forms.Form):
    """The organisation's own settings."""

    name = forms.CharField(
        label=_("Organisation name"),
        max_length=80,
        error_messages={"required": _("Enter the name of your organisation")},
    )
    language = forms.ChoiceField(label=_("Main language"), choices=settings.LANGUAGES)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        help_text=_("Phone numbers without a country code are read as numbers of this country."),
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    contact_email = forms.EmailField(
        label=_("Contact address"),
        required=False,
        max_length=emails.MAX_LENGTH,
        help_text=_("Customers see it at the foot of every survey."),
        error_messages=EMAIL_ERRORS,
    )
    fatigue_per_contact = forms.IntegerField(
        label=_("Surveys per customer"),
        min_value=1,
        max_value=20,
        help_text=_("At most this many within the period below, on all channels together."),
        error_messages={"required": _("Enter a number from 1 to 20")},
    )
    fatigue_days = forms.IntegerField(
        label=_("Period in days"),
        min_value=1,
        max_value=365,
        error_messages={"required": _("Enter a number from 1 to 365")},
    )

    @staticmethod
    def of(organisation: Organisation) -> dict[str, str | int]:
        """The form's first values."""
        return {field: getattr(organisation, field) for field in OrganisationForm.base_fields}


class MemberForm(forms.Form):
    """Whom to invite, and what he may do here."""

    email = forms.EmailField(
        label=pgettext_lazy("address", "Email"),
        max_length=emails.MAX_LENGTH,
        help_text=_("The person receives a link that works for seven days."),
        error_messages=EMAIL_ERRORS,
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.AGENT)


class ApiKeyForm(forms.Form):
    """What a new key is for and what it may do."""

    name = forms.CharField(
        label=_("Key name"),
        max_length=80,
        help_text=_("The program that will use it."),
        error_messages={"required": _("Enter the name of the key")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Rights"),
        choices=[(scope, format_lazy("{} ({})", SCOPE_WORDS[scope], scope)) for scope in SCOPES],
        initial=[scope for scope in SCOPES if scope.endswith(":read")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one right")},
    )


class PreferencesForm(forms.Form):
    """How pages speak to a person and look."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)

    @staticmethod
    def of(user: User) -> dict[str, str]:
        """The form's first values."""
        return {field: getattr(user, field) for field in PreferencesForm.base_fields}
