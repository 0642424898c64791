"""What must be known to send email."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_out.exceptions import ChannelMisconfigured
from channels_out.kinds.base import ChannelForm
from channels_out.kinds.email.headers import mailbox

SECURITIES = [
    ("starttls", _("STARTTLS (port 587)")),
    ("tls", _("TLS from the start (port 465)")),
    ("none", _("No encryption (local server only)")),
]


class MailboxField(forms.CharField):
    """`Your name <hello@example.com>`, or an address alone."""

    def clean(self, value: object) -> str:
        """Return what was typed when a mail can be sent from it."""
        typed = str(super().clean(value))
        if typed:
            try:
                mailbox(typed)
            except ChannelMisconfigured as error:
                raise forms.ValidationError(
                    _("Enter an address such as Your name <hello@example.com>."), code="mailbox"
                ) from error
        return typed


class SimulatedEmailForm(ChannelForm):
    """A mailbox that exists only here needs a sender to show."""

    sender = MailboxField(label=_("Sender"), max_length=254)


class SmtpForm(SimulatedEmailForm):
    """A mail server and how to enter it."""

    secret = frozenset({"username", "password"})

    host = forms.CharField(label=_("Server"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES, initial="starttls")
    username = forms.CharField(label=_("User name"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    bounce_address = forms.EmailField(
        label=_("Address for bounces"),
        required=False,
        help_text=_("Where undeliverable mail comes back to. Empty: the sender’s address."),
    )
    unsubscribe_mailto = forms.EmailField(
        label=_("Address for unsubscribing by mail"), required=False
    )
