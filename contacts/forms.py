"""What is asked on a contact's card."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contacts.actions.contacts import (
    MAX_EXTERNAL,
    MAX_NAME,
    Attribute,
    checked_attributes,
    normalised,
)
from contacts.enums import ADDRESS_KINDS
from contacts.exceptions import ContactRefused
from contacts.models import Contact
from contacts.queries.contacts import identities

DEFAULT_WORDING = _("I agree to be asked for my opinion after a purchase or a visit.")

# Each refusal of an action, in words that say what to do.
WORDS = {
    ("email", "taken"): _("Another contact has this email address"),
    ("phone", "taken"): _("Another contact has this phone number"),
    ("external_id", "taken"): _("Another contact has this external ID"),
    ("phone", "region_missing"): _("Add the country code, for example +44 7700 900123"),
    ("phone", "premium_rate"): _(
        "Enter a number people are not charged extra for: this one is premium-rate"
    ),
    ("phone", "shared_cost"): _(
        "Enter a number people are not charged extra for: this one is shared-cost"
    ),
    ("phone", "extension"): _("Enter the number without its extension"),
    ("attributes", "too_many"): _("Keep 50 attributes or fewer"),
    ("attributes", "bad_name"): _("Attribute names must have 1 to 60 characters"),
    ("attributes", "too_long"): _("Attribute values must be 500 characters or fewer"),
}
FALLBACK = {
    "email": _("Enter an email address like name@example.com"),
    "phone": _("Add the country code, for example +44 7700 900123"),
    "attributes": _("Write one attribute per line, like “city: London”"),
    "name": _("Name must be 120 characters or fewer"),
    "external_id": _("External ID must be 120 characters or fewer"),
}


class ContactForm(forms.Form):
    """A contact by hand: who it is, how he is reached, what he agreed to."""

    name = forms.CharField(label=_("Name"), required=False)
    email = forms.CharField(
        label=pgettext_lazy("channel", "Email"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_(
            "With the country code, for example +44 7700 900123, or as a number of your country"
        ),
    )
    external_id = forms.CharField(
        label=_("External ID"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("How your own system names this customer"),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("The organisation’s language")), *settings.LANGUAGES],
    )
    attributes = forms.CharField(
        label=_("Attributes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One per line, like “city: London”. Sends can choose contacts by them."),
    )
    consent_email = forms.BooleanField(label=_("Surveys by email"), required=False)
    consent_sms = forms.BooleanField(label=_("Surveys by SMS"), required=False)
    wording = forms.CharField(
        label=_("Words the customer agreed to"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the date as proof of the consent"),
    )

    CONSENTS = {"email": "consent_email", "sms": "consent_sms"}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        try:
            normalised(self.organisation, email=typed)
        except ContactRefused as error:
            raise forms.ValidationError(words_of(error)) from error
        return typed

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        try:
            normalised(self.organisation, phone=typed)
        except ContactRefused as error:
            raise forms.ValidationError(words_of(error)) from error
        return typed

    def clean_name(self) -> str:
        return self._short("name", MAX_NAME, _("Name"))

    def clean_external_id(self) -> str:
        return self._short("external_id", MAX_EXTERNAL, _("External ID"))

    def clean_attributes(self) -> dict[str, str]:
        """Lines of "name: value" as an object."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise forms.ValidationError(FALLBACK["attributes"])
            found[name.strip()] = value.strip()
        try:
            checked_attributes(found)
        except ContactRefused as error:
            raise forms.ValidationError(words_of(error)) from error
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ways = ("email", "phone", "external_id")
        if not any(cleaned.get(way) for way in ways) and not any(
            way in self.errors for way in ways
        ):
            self.add_error("email", _("Enter an email address, a phone number or an external ID"))
        for channel, address in ADDRESS_KINDS.items():
            box = self.CONSENTS[channel]
            if (
                cleaned.get(box)
                and not cleaned.get(str(address))
                and str(address) not in self.errors
            ):
                self.add_error(str(address), self._missing(str(address)))
        if self.channels() and not cleaned.get("wording", "").strip():
            self.add_error("wording", _("Enter the words the customer agreed to"))
        return cleaned

    def refuse(self, error: ContactRefused) -> None:
        """Say at the field what the action refused."""
        self.add_error(error.field, words_of(error))

    def details(self, known: dict[str, Attribute]) -> dict[str, Any]:
        """The fields as arguments of `save_contact`; unchanged attributes keep their type."""
        texts = {name: as_text(value) for name, value in known.items()}
        typed: dict[str, Attribute] = self.cleaned_data["attributes"]
        attributes = {
            name: known[name] if texts.get(name) == value else value
            for name, value in typed.items()
        }
        names = ("name", "email", "phone", "external_id", "language")
        return {**{name: self.cleaned_data[name] for name in names}, "attributes": attributes}

    def channels(self) -> set[str]:
        """The channels on which surveys were agreed to."""
        return {channel for channel, box in self.CONSENTS.items() if self.cleaned_data.get(box)}

    def _short(self, field: str, limit: int, label: Any) -> str:
        text = " ".join(self.cleaned_data[field].split())
        if len(text) > limit:
            raise forms.ValidationError(
                gettext("%(label)s must be %(limit)s characters or fewer (it has %(length)s)")
                % {"label": label, "limit": limit, "length": len(text)}
            )
        return text

    def _missing(self, address: str) -> str:
        if address == "email":
            return gettext("Enter an email address, or untick surveys by email")
        return gettext("Enter a phone number, or untick surveys by SMS")


def words_of(error: ContactRefused) -> str:
    """What to do about a refusal."""
    return str(WORDS.get((error.field, error.code)) or FALLBACK[error.field])


def initial_of(contact: Contact, consented: set[str], wording: str) -> dict[str, Any]:
    """What the form shows of a contact."""
    held = identities(contact)
    lines = [f"{name}: {as_text(value)}" for name, value in contact.attributes.items()]
    return {
        "name": contact.name,
        "email": held.get("email", ""),
        "phone": held.get("phone", ""),
        "external_id": held.get("external", ""),
        "language": contact.language,
        "attributes": "\n".join(lines),
        "wording": wording,
        **{box: channel in consented for channel, box in ContactForm.CONSENTS.items()},
    }


def as_text(value: Attribute) -> str:
    """An attribute as a person writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).replace("\n", " ")
