"""Words for cases."""

from django.db import models
from django.utils.translation import pgettext_lazy as _


class CaseState(models.TextChoices):
    """The life of a case."""

    NEW = "new", _("case", "New")
    IN_PROGRESS = "in_progress", _("case", "In progress")
    WAITING = "waiting", _("case", "Waiting for customer")
    CLOSED = "closed", _("case", "Closed")


class CloseReason(models.TextChoices):
    """How a case ended."""

    RESOLVED = "resolved", _("case", "Resolved")
    GESTURE = "gesture", _("case", "Goodwill gesture")
    NO_REPLY = "no_reply", _("case", "Customer did not reply")
    UNFOUNDED = "unfounded", _("case", "Unfounded")


class CaseEventKind(models.TextChoices):
    """What happened in a case."""

    OPENED = "opened", _("case", "Opened")
    ASSIGNED = "assigned", _("case", "Assigned")
    NOTE = "note", _("case", "Note")
    STATE = "state", _("case", "State changed")
    CLOSED = "closed", _("case", "Closed")
    REOPENED = "reopened", _("case", "Reopened")
    CALLBACK = "callback", _("case", "Callback asked for")
    CHANGED = "changed", _("case", "Answer changed")
