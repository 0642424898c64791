"""Words for what a journey does."""

from django.template import Library
from django.utils.translation import gettext, ngettext

register = Library()

HOUR, DAY = 60, 24 * 60


@register.simple_tag
def delay_after(minutes: int) -> str:
    """How long after the event the question is asked, in its largest whole unit."""
    if minutes == 0:
        return gettext("at once")
    if minutes % DAY == 0:
        days = minutes // DAY
        return ngettext("after %(n)s day", "after %(n)s days", days) % {"n": days}
    if minutes % HOUR == 0:
        hours = minutes // HOUR
        return ngettext("after %(n)s hour", "after %(n)s hours", hours) % {"n": hours}
    return ngettext("after %(n)s minute", "after %(n)s minutes", minutes) % {"n": minutes}
