"""Words for surveys and what comes back from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SurveyState(models.TextChoices):
    """The life of a survey."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")


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

    PARTIAL = "partial", _("Partial")
    COMPLETED = "completed", _("Completed")
    QUARANTINED = "quarantined", _("Set aside")
    EXCLUDED = "excluded", _("Excluded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
