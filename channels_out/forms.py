"""What a member may set about a channel, around the kind's own form."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from channels_out.actions.configuration import own_host
from channels_out.kinds.base import ChannelForm, Provider
from channels_out.kinds.hosts import MAIL_PORTS, is_public
from channels_out.models import Channel
from contacts.enums import ADDRESS_KINDS, IdentityKind
from cxhub.lib import phones
from cxhub.lib.sealing import unseal


class DetailsForm(forms.Form):
    """Name and switches, the same for every kind."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_default = forms.BooleanField(label=_("Use it by default"), required=False)


class ActiveDetailsForm(DetailsForm):
    """A channel that exists can also be switched off."""

    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        help_text=_("Switched off, its messages wait until they expire."),
    )


class TestForm(forms.Form):
    """Where a test text message goes."""

    to = forms.CharField(label=_("Your mobile number"), max_length=40)

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_to(self) -> str:
        """The number in its one spelling."""
        try:
            number = phones.normalise(self.cleaned_data["to"], self.region)
        except phones.PhoneError as error:
            raise forms.ValidationError(
                _("Enter a mobile number, such as 06 39 98 00 01."), code=error.code
            ) from error
        if not phones.can_receive_sms(number):
            raise forms.ValidationError(
                _("This number cannot receive text messages."), code="not_sms_capable"
            )
        return number


def provider_form(
    provider: Provider, channel: Channel | None = None, posted: Any = None
) -> ChannelForm:
    """The kind's form; on an existing channel secrets may stay empty, which keeps them."""
    initial = dict(channel.options) | {"sender": channel.sender} if channel else None
    form = provider.form(posted, initial=initial)
    if channel is not None:
        for name, field in form.fields.items():
            if isinstance(field, forms.BooleanField):  # kept as a text, and "False" is one too
                form.initial[name] = field.to_python(form.initial.get(name))
        stored = unseal(channel.credentials)
        for name in form.secret & form.fields.keys():
            form.fields[name].required = form.fields[name].required and not stored.get(name)
            if stored.get(name):
                form.fields[name].help_text = last_four(str(stored[name]))
    return form


def last_four(secret: str) -> str:
    """How a stored secret is shown: enough to recognise it, too little to use it."""
    ending = secret[-4:] if len(secret) >= 12 else ""
    return str(_("Stored: •••• %(ending)s. Leave empty to keep it.") % {"ending": ending})


def refuse_internal_host(form: ChannelForm) -> None:
    """AB-45: we connect for somebody else to mail servers out there, and to nothing else."""
    host = form.cleaned_data.get("host") if form.is_valid() else None
    if not host or settings.ALLOW_INTERNAL_HOSTS:
        return
    if form.cleaned_data["port"] not in MAIL_PORTS:
        allowed = ", ".join(str(port) for port in MAIL_PORTS)
        refusal = _("This port is not one for sending mail: %(ports)s.") % {"ports": allowed}
        form.add_error("port", forms.ValidationError(refusal, code="url_not_allowed"))
    if not is_public(str(host), own_host()):
        form.add_error(
            "host", forms.ValidationError(_("This server is not allowed."), code="url_not_allowed")
        )


def asks_for_a_number(channel: Channel) -> bool:
    """Whether a test goes to a telephone rather than to the member's own mailbox."""
    return ADDRESS_KINDS.get(channel.kind) == IdentityKind.PHONE
