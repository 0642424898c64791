"""Words for alerts."""

from django.db import models
from django.utils.translation import pgettext_lazy


class NotificationState(models.TextChoices):
    """What became of one notification; the last three are written after the attempt."""

    PENDING = "pending", pgettext_lazy("notification", "Waiting")
    QUEUED = "queued", pgettext_lazy("notification", "Being sent")
    SENT = "sent", pgettext_lazy("notification", "Sent")
    DIGESTED = "digested", pgettext_lazy("notification", "Sent in a summary")
    FAILED = "failed", pgettext_lazy("notification", "Failed")


REACHED = (NotificationState.SENT, NotificationState.DIGESTED)
ON_THE_WAY = (NotificationState.PENDING, NotificationState.QUEUED)
