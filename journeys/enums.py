"""Words for journeys and the decisions to ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JourneyState(models.TextChoices):
    """The life of a journey."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class RunState(models.TextChoices):
    """One customer's way through a journey."""

    ACTIVE = "active", _("In progress")
    FINISHED = "finished", _("Finished")


class SendState(models.TextChoices):
    """The life of a send."""

    PLANNING = "planning", _("Being prepared")
    RUNNING = "running", _("Sending")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class SendMode(models.TextChoices):
    """How a text message asks; empty lets the sender and the survey decide."""

    CONVERSATION = "conversation", _("By replying to the text")
    LINK = "link", _("By a link in the text")


class OutreachState(models.TextChoices):
    """What became of one decision to ask."""

    PLANNED = "planned", _("Planned")
    DEFERRED = "deferred", _("Deferred")
    SUPPRESSED = "suppressed", _("Not asked")
    SENT = "sent", _("Handed over")
    ANSWERED = "answered", _("Answered")
    CANCELLED = "cancelled", _("Cancelled")


class OutreachReason(models.TextChoices):
    """Why a customer is not asked, or asked later."""

    NO_ADDRESS = "no_address", _("No address for this channel")
    NO_CONSENT = "no_consent", _("No consent for this channel")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")
    SUPPRESSED = "suppressed", _("On the stop list")
    RECENTLY_ASKED = "recently_asked", _("Asked recently")
    SAME_SURVEY = "same_survey", _("Already asked with this survey")
    OPEN_CASE = "open_case", _("Has a case that is open or was closed this week")
    QUIET_HOURS = "quiet_hours", _("Outside sending hours")
    NO_CHANNEL = "no_channel", _("No sender configured for this channel")
    SURVEY_NOT_LIVE = "survey_not_live", _("The survey is not live")
    EXPIRED = "expired", _("Too late to ask")
    FAULT = "fault", _("Could not be prepared")
