"""Words for surveys and what comes back from them."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SurveyState(models.TextChoices):
    """The life of a survey."""

    DRAFT = "draft", pgettext_lazy("state", "Draft")
    LIVE = "live", pgettext_lazy("state", "Live")
    PAUSED = "paused", pgettext_lazy("state", "Paused")
    CLOSED = "closed", pgettext_lazy("state", "Closed")
    ARCHIVED = "archived", pgettext_lazy("state", "Archived")


class QuestionKind(models.TextChoices):
    """What a question measures or collects."""

    NPS = "nps", _("NPS (0–10)")
    CSAT = "csat", _("Satisfaction (1–5)")
    CES = "ces", _("Effort (1–7)")
    RATING = "rating", _("Rating (1–5)")
    CHOICE = "choice", _("Choice")
    COMMENT = "comment", _("Comment")


class CollectorKind(models.TextChoices):
    """A public door to a survey."""

    LINK = "link", _("Web link")
    QR = "qr", _("QR code")
    KIOSK = "kiosk", _("Kiosk")
    WIDGET = "widget", _("Widget")


class ResponseState(models.TextChoices):
    """Whether a response counts."""

    PARTIAL = "partial", pgettext_lazy("state", "Partial")
    COMPLETED = "completed", pgettext_lazy("state", "Completed")
    QUARANTINED = "quarantined", pgettext_lazy("state", "Set aside")
    EXCLUDED = "excluded", pgettext_lazy("state", "Excluded")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "Withdrawn")


class Doubt(models.TextChoices):
    """Why an answer is set aside; kept among its flags."""

    HELD = (
        "held",
        _("Sent as the link had filled it in: counts in a few seconds unless more follow"),
    )
    NETWORK = "network", _("From a network that opens links by itself")
    TRAP = "trap", _("Took a link or a field that no person sees")
    NO_GESTURE = "no_gesture", _("Sent by a script, without any gesture of a person")
    BURST = "burst", _("Several scores of one message within 10 seconds, without any gesture")
    TOO_SOON = "too_soon", _("Less than 3 seconds after the message, without any gesture")


# The ways by which answers come in, as their readers call them.
CHANNELS: dict[str, Promise] = {
    "email": pgettext_lazy("channel", "Email"),
    "sms": pgettext_lazy("channel", "SMS"),
    "web": pgettext_lazy("channel", "Web link"),
    "qr": pgettext_lazy("channel", "QR code"),
    "kiosk": pgettext_lazy("channel", "Kiosk"),
    "widget": pgettext_lazy("channel", "Widget"),
    "api": pgettext_lazy("channel", "API"),
    "app": pgettext_lazy("channel", "App"),
    "phone": pgettext_lazy("channel", "Phone"),
    "face_to_face": pgettext_lazy("channel", "Face to face"),
}


def channel_name(slug: str) -> str:
    """The channel's name; one that nobody named yet speaks for itself."""
    return str(CHANNELS.get(slug, slug))
