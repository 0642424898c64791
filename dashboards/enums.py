"""Words of the dashboards: periods."""

from django.db import models
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
