"""Words for how a customer is known and what he agreed to."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IdentityKind(models.TextChoices):
    """How a customer is recognised."""

    EMAIL = "email", pgettext_lazy("channel", "Email")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("External ID")


class ConsentPurpose(models.TextChoices):
    """What a customer agrees to be written to for; a message has a purpose of its own."""

    SURVEY = "survey", _("Surveys")
    MARKETING = "marketing", _("Marketing")


class ConsentState(models.TextChoices):
    """A step in the consent ledger."""

    GRANTED = "granted", _("Granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentSource(models.TextChoices):
    """Where a consent or its withdrawal came from."""

    FORM = "form", _("Form")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    SMS = "sms", _("SMS")
    LINK = "link", _("Unsubscribe link")
    MEMBER = "member", _("Team member")
    PROVIDER = "provider", _("Provider")


class SuppressionReason(models.TextChoices):
    """Why an address is on the stop list."""

    STOP = "stop", _("Replied STOP")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    HARD_BOUNCE = "hard_bounce", _("Address does not exist")
    COMPLAINT = "complaint", _("Marked as spam")
    PROVIDER_OPTOUT = "provider_optout", _("Opted out at the provider")
    INVALID = "invalid", _("Cannot receive messages")


# Which address a kind of channel writes to. A kind that is absent writes to nobody.
ADDRESS_KINDS = {"email": IdentityKind.EMAIL, "sms": IdentityKind.PHONE}
