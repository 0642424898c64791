"""From a channel's row to what its kind needs: decrypted, for the process that uses it."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from channels_out.kinds import KINDS
from channels_out.kinds.base import Capabilities, Config, Provider
from channels_out.models import Channel
from cxhub.lib.sealing import unseal


def provider_of(channel: Channel) -> Provider:
    """The provider that carries this channel's messages; UnknownKind when there is none."""
    return KINDS[channel.kind].provider(channel.provider)


def config_of(channel: Channel) -> Config:
    """The channel's settings with its credentials in clear: never logged, never in arguments."""
    return Config(
        provider=channel.provider,
        credentials={k: str(v) for k, v in _credentials(channel.credentials).items()},
        options={k: str(v) for k, v in channel.options.items()},
        sender=channel.sender,
        api_base=settings.TWILIO_API_BASE,
        internal_hosts=settings.ALLOW_INTERNAL_HOSTS,
        own_host=own_host(),
        simulator_enabled=settings.CXHUB_SIMULATOR,
        simulator_path=str(ledger_path()),
    )


def capabilities(channel: Channel) -> Capabilities:
    """What this configured channel can do and may do."""
    return provider_of(channel).sender.capabilities(config_of(channel))


def own_host() -> str:
    """The name or address under which this installation is reached."""
    return urlsplit(settings.SITE_URL).hostname or ""


def ledger_path() -> Path:
    """Where the simulator keeps what was "sent"."""
    return Path(settings.SIMULATOR_DIR) / "ledger.sqlite3"


@lru_cache(maxsize=64)
def _credentials(sealed: str) -> dict[str, str]:
    return unseal(sealed)
