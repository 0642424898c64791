"""The email kind."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels_out.exceptions import ChannelMisconfigured
from channels_out.kinds.base import Config, Kind, Provider
from channels_out.kinds.email.forms import SimulatedEmailForm, SmtpForm
from channels_out.kinds.email.headers import mailbox
from channels_out.kinds.email.simulator import SIMULATOR
from channels_out.kinds.email.smtp import SmtpSender


def _describe(config: Config) -> str:
    try:
        address = mailbox(config.sender)[1]
    except ChannelMisconfigured:
        address = config.sender
    host = config.options.get("host", "")
    return f"{address} · {host}" if host else address


EMAIL = Kind(
    slug="email",
    label=pgettext_lazy("channel kind", "Email"),
    icon="mail",
    providers={
        "smtp": Provider("smtp", _("Mail server (SMTP)"), SmtpSender(), SmtpForm, _describe),
        "simulator": Provider(
            "simulator",
            _("Simulator"),
            SIMULATOR,
            SimulatedEmailForm,
            _describe,
            is_simulator=True,
        ),
    },
)
