"""What must be known to send text messages."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import ChannelForm
from channels_out.kinds.sms.senders import refusal


class SenderField(forms.CharField):
    """A number, a short code, a name of at most 11 characters, or a messaging service."""

    def clean(self, value: object) -> str:
        """Refuse what no operator would carry."""
        typed = str(super().clean(value))
        reason = refusal(typed) if typed else ""
        if reason == "name":
            raise forms.ValidationError(
                _("Enter a number, a short code, or a name of at most 11 letters and digits."),
                code=reason,
            )
        if reason == "french_mobile":
            raise forms.ValidationError(
                _("French operators block surveys sent from mobile numbers (06, 07)."), code=reason
            )
        return typed


class SimulatedSmsForm(ChannelForm):
    """A telephone that exists only here needs a sender to show."""

    sender = SenderField(label=_("Sender"), max_length=34)


class TwilioForm(SimulatedSmsForm):
    """A Twilio account and what it may send."""

    secret = frozenset({"account_sid", "auth_token", "previous_auth_token"})

    account_sid = forms.RegexField(
        label=_("Account SID"),
        regex=re.compile(r"^AC[0-9a-f]{32}$"),
        error_messages={"invalid": _("It begins with AC and has 34 characters.")},
    )
    auth_token = forms.CharField(
        label=_("Auth token"),
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    previous_auth_token = forms.CharField(
        label=_("Previous auth token"),
        max_length=100,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Only while the token is being replaced: callbacks signed with it still count."
        ),
    )
    two_way = forms.BooleanField(
        label=_("This messaging service can receive replies"), required=False
    )
    rate = forms.FloatField(
        label=_("Segments per second"), min_value=0.1, max_value=1000, required=False
    )
    territories = forms.CharField(
        label=_("Countries"),
        max_length=200,
        required=False,
        help_text=_("Two-letter codes separated by spaces. Empty: the organisation’s own country."),
    )

    def clean_territories(self) -> str:
        """Return upper-case country codes, or refuse."""
        codes = str(self.cleaned_data["territories"]).upper().split()
        if not all(re.fullmatch(r"[A-Z]{2}", code) for code in codes):
            raise forms.ValidationError(_("Use two-letter codes, such as FR BE CH."), code="codes")
        return " ".join(codes)

    def clean_rate(self) -> str:
        """Return the rate as it is kept, or nothing."""
        rate = self.cleaned_data.get("rate")
        return "" if rate is None else str(rate)
