"""Words of the dashboards: periods, channels, and why an answer is not in a score."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Period(models.TextChoices):
    """How far back a page looks."""

    TODAY = "today", _("Today")
    WEEK = "7d", _("7 days")
    MONTH = "30d", _("30 days")
    QUARTER = "90d", _("90 days")
    YEAR = "12m", _("12 months")
    ALL = "all", pgettext_lazy("period", "All")


# What a channel is called in a figure, and its icon.
CHANNELS: dict[str, tuple[Promise, str]] = {
    "email": (pgettext_lazy("channel", "Email"), "mail"),
    "sms": (pgettext_lazy("channel", "SMS"), "message-square-text"),
    "web": (pgettext_lazy("channel", "Web link"), "link"),
    "qr": (pgettext_lazy("channel", "QR code"), "qr-code"),
    "kiosk": (pgettext_lazy("channel", "Kiosk"), "tablet"),
    "widget": (pgettext_lazy("channel", "Widget"), "app-window"),
    "api": (pgettext_lazy("channel", "API"), "code"),
}


def channel_name(slug: str) -> str:
    """The channel's name; one that nobody named yet speaks for itself."""
    return str(CHANNELS[slug][0]) if slug in CHANNELS else slug
