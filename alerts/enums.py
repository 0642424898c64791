"""Words for alerts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncidentState(models.TextChoices):
    """The life of an incident."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class NotificationState(models.TextChoices):
    """What became of one notification; written after the attempt."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Sent")
    DIGESTED = "digested", _("Sent in a digest")
    FAILED = "failed", _("Failed")
