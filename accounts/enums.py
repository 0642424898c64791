"""Roles and what each may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do; each role includes the ones before it."""

    VIEWER = "viewer", _("Viewer")
    AGENT = "agent", _("Agent")
    MANAGER = "manager", _("Manager")
    OWNER = "owner", _("Owner")


RANKS = {role.value: rank for rank, role in enumerate(Role)}


class Theme(models.TextChoices):
    """The colours a person works with."""

    SYSTEM = "system", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


SCOPES = (
    "surveys:read",
    "surveys:write",
    "contacts:read",
    "contacts:write",
    "sends:read",
    "sends:write",
    "responses:read",
    "responses:write",
    "metrics:read",
    "events:write",
    "cases:read",
    "cases:write",
)
