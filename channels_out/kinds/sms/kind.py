"""The text message kind."""

from django.utils.translation import gettext_lazy as _

from channels_out.kinds.base import Config, Kind, Provider
from channels_out.kinds.sms.callbacks import TwilioCallbacks
from channels_out.kinds.sms.forms import SimulatedSmsForm, TwilioForm
from channels_out.kinds.sms.simulator import SIMULATOR
from channels_out.kinds.sms.twilio import TwilioSender


def _describe(config: Config) -> str:
    account = config.credentials.get("account_sid", "")
    return f"{config.sender} · {account[:6]}…{account[-4:]}" if account else config.sender


SMS = Kind(
    slug="sms",
    label=_("SMS"),
    icon="message-square",
    providers={
        "twilio": Provider(
            "twilio", "Twilio", TwilioSender(), TwilioForm, _describe, TwilioCallbacks()
        ),
        "simulator": Provider(
            "simulator",
            _("Simulator"),
            SIMULATOR,
            SimulatedSmsForm,
            _describe,
            is_simulator=True,
        ),
    },
)
