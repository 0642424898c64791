"""Words for cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    """The life of a case."""

    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for customer")
    CLOSED = "closed", _("Closed")


class CloseReason(models.TextChoices):
    """How a case ended."""

    RESOLVED = "resolved", _("Resolved")
    GESTURE = "gesture", _("Goodwill gesture")
    NO_REPLY = "no_reply", _("Customer did not reply")
    UNFOUNDED = "unfounded", _("Unfounded")


class CaseEventKind(models.TextChoices):
    """What happened in a case."""

    OPENED = "opened", _("Opened")
    ASSIGNED = "assigned", _("Assigned")
    NOTE = "note", _("Note")
    STATE = "state", _("State changed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
