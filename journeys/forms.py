"""What is asked when a send is composed and a journey is drawn."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation
from accounts.queries.memberships import members
from contacts.models import Contact
from contacts.queries.contacts import attribute_names, contacts, identities
from cxhub.lib.ids import parse_uuid, uuid7
from cxhub.lib.row_fields import RowChoiceField, RowsChoiceField, offer
from journeys.actions.mapping import TouchpointDetails
from journeys.enums import SendMode
from journeys.models import Stage, Touchpoint
from journeys.queries.audiences import Audience
from surveys.enums import SurveyState
from surveys.models import Survey
from surveys.queries.surveys import surveys

SHOWN_BY_HAND = 100
EMAIL, SMS = "email", "sms"
CHANNELS = [(EMAIL, pgettext_lazy("channel", "Email")), (SMS, _("SMS"))]
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}
MAX_DELAY = 365 * 24 * 60


class SendForm(forms.Form):
    """To whom, what, how; the same fields whether people are counted or asked."""

    form_id = forms.CharField(widget=forms.HiddenInput)
    audience = forms.ChoiceField(
        label=_("Choose the contacts"),
        choices=[
            ("all", _("All contacts")),
            ("attribute", _("Contacts with an attribute")),
            ("contacts", _("Contacts chosen by hand")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )
    attribute = forms.ChoiceField(label=_("Attribute"), required=False)
    value = forms.CharField(label=_("is"), required=False, max_length=500)
    search = forms.CharField(
        label=_("Look for contacts"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("By name, email, phone or external ID. Those already ticked stay."),
    )
    contacts = RowsChoiceField(
        label=_("Contacts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    survey = RowChoiceField(
        label=_("Survey"),
        error_messages={
            "required": _("Choose a survey"),
            "invalid_choice": _("Choose a survey that is live"),
        },
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        initial=EMAIL,
        error_messages={"required": _("Choose email or SMS")},
    )
    mode = forms.ChoiceField(
        label=_("How the customer answers a text"),
        required=False,
        choices=[("", _("By replying where possible, else by a link")), *SendMode.choices],
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.surveys = {
            str(survey.pk): survey for survey in surveys(organisation, state=SurveyState.LIVE)
        }
        names = attribute_names(organisation)
        people = list(contacts(organisation, str(self["search"].value() or ""))[:SHOWN_BY_HAND])
        shown = {one.pk for one in people}
        people = [
            *(
                one
                for one in contacts(organisation).filter(pk__in=self._wanted())
                if one.pk not in shown
            ),
            *people,
        ]
        offer(self, "survey", [(pk, survey.name) for pk, survey in self.surveys.items()])
        offer(self, "attribute", [("", _("Choose")), *((name, name) for name in names)])
        offer(self, "contacts", [(str(one.pk), shown_name(one)) for one in people])
        if not self.is_bound:
            self.initial.setdefault("form_id", str(uuid7()))

    def _wanted(self) -> list[UUID]:
        """Contacts that are chosen already, also when they are not among the newest."""
        if not self.is_bound:
            chosen = self.initial.get("contacts", [])
        elif isinstance(self.data, QueryDict):
            chosen = self.data.getlist("contacts")
        else:
            chosen = self.data.get("contacts", [])
        return [pk for text in chosen if (pk := parse_uuid(str(text))) is not None]

    def clean_form_id(self) -> UUID:
        return parse_uuid(self.cleaned_data["form_id"]) or uuid7()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("audience")
        if kind == "attribute" and not cleaned.get("attribute"):
            self.add_error("attribute", _("Choose an attribute"))
        if kind == "attribute" and not cleaned.get("value", "").strip():
            self.add_error("value", _("Enter the value to look for"))
        if kind == "contacts" and not cleaned.get("contacts"):
            self.add_error("contacts", _("Choose at least one contact"))
        return cleaned

    @property
    def chosen_survey(self) -> Survey:
        return self.surveys[self.cleaned_data["survey"]]

    @property
    def chosen_audience(self) -> Audience:
        kind = self.cleaned_data["audience"]
        if kind == "attribute":
            name, value = self.cleaned_data["attribute"], self.cleaned_data["value"].strip()
            return {"kind": "attribute", "name": name, "value": value}
        if kind == "contacts":
            return {"kind": "contacts", "contacts": sorted(self.cleaned_data["contacts"])}
        return {"kind": "all"}

    @property
    def chosen_mode(self) -> str:
        return self.cleaned_data["mode"] if self.cleaned_data["channel"] == SMS else ""


class JourneyForm(forms.Form):
    """A new journey."""

    name = forms.CharField(
        label=_("Name of the journey"),
        max_length=80,
        error_messages={"required": _("Enter the name of the journey")},
    )
    template = forms.ChoiceField(
        label=_("Start with"),
        choices=[
            ("blank", _("Five empty stages")),
            ("shop", _("An online shop: payment, delivery and support")),
        ],
        widget=forms.RadioSelect,
        initial="blank",
    )


class StageForm(forms.Form):
    """The name of a stage."""

    name = forms.CharField(
        label=_("Name of the stage"),
        max_length=80,
        error_messages={"required": _("Enter the name of the stage")},
    )


class TouchpointForm(forms.Form):
    """A touchpoint: what triggers the question, when, which, how, whose."""

    name = forms.CharField(
        label=_("Name of the touchpoint"),
        max_length=80,
        error_messages={"required": _("Enter the name of the touchpoint")},
    )
    stage = RowChoiceField(label=_("Stage"))
    event_type = forms.RegexField(
        label=_("Event that triggers the question"),
        regex=r"^[a-z0-9][a-z0-9._-]{0,59}$",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As your shop sends it to the API, for example order.delivered"),
        error_messages={
            "invalid": _("Use small letters, digits, dots and hyphens, like order.delivered")
        },
    )
    delay = forms.IntegerField(
        label=_("Ask after"),
        min_value=0,
        initial=0,
        error_messages={
            "min_value": _("Enter 0 or more"),
            "invalid": _("Enter a whole number"),
            "required": _("Enter 0 or more"),
        },
    )
    unit = forms.ChoiceField(
        label=_("Unit of time"),
        choices=[
            ("minutes", pgettext_lazy("delay", "minutes")),
            ("hours", pgettext_lazy("delay", "hours")),
            ("days", pgettext_lazy("delay", "days")),
        ],
        initial="hours",
    )
    survey = RowChoiceField(label=_("Survey"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Choose")), *CHANNELS]
    )
    owner = RowChoiceField(label=pgettext_lazy("touchpoint", "Owner"), required=False)
    is_moment_of_truth = forms.BooleanField(label=_("Moment of truth ★"), required=False)

    def __init__(
        self, *args: Any, organisation: Organisation, stages: list[Stage], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {str(stage.pk): stage for stage in stages}
        kept = self.initial.get("survey")
        self.surveys = {
            str(survey.pk): survey
            for survey in surveys(organisation)
            if survey.state != SurveyState.CLOSED or str(survey.pk) == kept
        }
        self.owners: dict[str, Membership] = {str(one.pk): one for one in members(organisation)}
        nobody = ("", _("Nobody yet"))
        offer(self, "stage", [(pk, stage.name) for pk, stage in self.stages.items()])
        measured = [(pk, survey.name) for pk, survey in self.surveys.items()]
        offer(self, "survey", [("", _("Not measured yet")), *measured])
        people = [(pk, str(one.user)) for pk, one in self.owners.items()]
        offer(self, "owner", [nobody, *people])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        minutes = (cleaned.get("delay") or 0) * UNITS.get(cleaned.get("unit", ""), 1)
        if minutes > MAX_DELAY:
            self.add_error("delay", _("Ask within a year of the event"))
        cleaned["delay_minutes"] = minutes
        return cleaned

    @property
    def chosen_stage(self) -> Stage:
        return self.stages[self.cleaned_data["stage"]]

    def details(self) -> TouchpointDetails:
        """The fields as the action takes them."""
        values = self.cleaned_data
        return TouchpointDetails(
            name=" ".join(values["name"].split()),
            event_type=values["event_type"],
            delay_minutes=values["delay_minutes"],
            survey=self.surveys.get(values["survey"]),
            channel_kind=values["channel"],
            owner=self.owners.get(values["owner"]),
            is_moment_of_truth=values["is_moment_of_truth"],
        )


def initial_of(touchpoint: Touchpoint) -> dict[str, Any]:
    """What the form shows of a touchpoint; the delay in its largest whole unit."""
    unit = next(
        (name for name in ("days", "hours") if _is_whole(touchpoint.delay_minutes, name)),
        "minutes",
    )
    return {
        "name": touchpoint.name,
        "stage": str(touchpoint.stage_id),
        "event_type": touchpoint.event_type,
        "delay": touchpoint.delay_minutes // UNITS[unit],
        "unit": unit,
        "survey": str(touchpoint.survey_id or ""),
        "channel": touchpoint.channel_kind,
        "owner": str(touchpoint.owner_id or ""),
        "is_moment_of_truth": touchpoint.is_moment_of_truth,
    }


def shown_name(contact: Contact) -> str:
    """A contact in a list of names: the name, and an address that tells two of them apart."""
    held = identities(contact)
    address = held.get("email") or held.get("phone") or held.get("external") or ""
    return f"{contact.name} · {address}" if contact.name and address else contact.name or address


def _is_whole(minutes: int, unit: str) -> bool:
    return minutes > 0 and minutes % UNITS[unit] == 0
