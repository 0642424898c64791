"""Template tags for icons, badges, dates, fields and components that wrap content."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.forms import BoundField
from django.template import Library
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from accounts.templatetags.shell import nav_url
from cxhub.lib.icons import drawing
from cxhub.lib.references import reference

register = Library()
register.simple_tag(nav_url, takes_context=True)

ICON_SIZE = 20
FONT_STYLESHEET = "fonts/inter.css"

# Group of a score: its shape and its word, so that colour is never alone.
GROUPS = {
    "promoter": ("pro", "▲", gettext_lazy("Promoter")),
    "passive": ("pas", "●", gettext_lazy("Passive")),
    "detractor": ("det", "▼", gettext_lazy("Detractor")),
}

# State of a row: tone of its badge and its word.
STATES = {
    "draft": ("neutral", pgettext_lazy("state", "Draft")),
    "live": ("ok", pgettext_lazy("state", "Live")),
    "scheduled": ("info", pgettext_lazy("state", "Scheduled")),
    "paused": ("warn", pgettext_lazy("state", "Paused")),
    "closed": ("outline", pgettext_lazy("state", "Closed")),
    "archived": ("outline", pgettext_lazy("state", "Archived")),
    "new": ("info", pgettext_lazy("state", "New")),
    "in_progress": ("warn", pgettext_lazy("state", "In progress")),
    "waiting": ("neutral", pgettext_lazy("state", "Waiting for customer")),
    "overdue": ("danger", pgettext_lazy("state", "Overdue")),
    "open": ("warn", pgettext_lazy("state", "Open")),
    "resolved": ("ok", pgettext_lazy("state", "Resolved")),
    "on": ("ok", pgettext_lazy("state", "On")),
    "off": ("outline", pgettext_lazy("state", "Off")),
    "planned": ("info", pgettext_lazy("state", "Planned")),
    "suppressed": ("outline", pgettext_lazy("state", "Not asked")),
    "queued": ("neutral", pgettext_lazy("state", "Queued")),
    "sending": ("info", pgettext_lazy("state", "Sending")),
    "accepted": ("info", pgettext_lazy("state", "Accepted")),
    "sent": ("info", pgettext_lazy("state", "Sent")),
    "delivered": ("ok", pgettext_lazy("state", "Delivered")),
    "failed": ("danger", pgettext_lazy("state", "Failed")),
    "bounced": ("danger", pgettext_lazy("state", "Bounced")),
    "unknown": ("warn", pgettext_lazy("state", "Unknown")),
    "cancelled": ("outline", pgettext_lazy("state", "Cancelled")),
    "running": ("info", pgettext_lazy("state", "Running")),
    "done": ("ok", pgettext_lazy("state", "Done")),
    "partial": ("neutral", pgettext_lazy("state", "Partial")),
    "completed": ("ok", pgettext_lazy("state", "Completed")),
    "answered": ("ok", pgettext_lazy("state", "Answered")),
    "quarantined": ("warn", pgettext_lazy("state", "Set aside")),
    "excluded": ("outline", pgettext_lazy("state", "Excluded")),
    "withdrawn": ("outline", pgettext_lazy("state", "Withdrawn")),
}

# French agrees with the noun: these take the other form of the same state.
MASCULINE_NOUNS = frozenset({"case", "journey", "place", "send"})
MASCULINE_WORDS = {
    "scheduled": pgettext_lazy("state of a case, journey or send", "Scheduled"),
    "paused": pgettext_lazy("state of a case, journey or send", "Paused"),
    "closed": pgettext_lazy("state of a case, journey or send", "Closed"),
    "archived": pgettext_lazy("state of a case, journey or send", "Archived"),
    "completed": pgettext_lazy("state of a case, journey or send", "Completed"),
}


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> SafeString:
    # Reading an icon costs about 100 µs and a page shows the same dozen again and again.
    named = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return drawing(
        name,
        width=str(size),
        height=str(size),
        **{"class": "icon", "stroke-width": "1.75", "focusable": "false", **named},
    )


@register.simple_tag
def icon(name: str, size: int = ICON_SIZE, label: str = "") -> SafeString:
    """Draw an icon; give it a label only where no text stands beside it."""
    return _icon(str(name), size, str(label))


@register.inclusion_tag("components/_reference.html")
def error_reference() -> dict[str, str]:
    """Say under which reference the log tells of what just went wrong."""
    return {"reference": reference()}


@lru_cache(maxsize=1)
def _font_exists() -> bool:
    return finders.find(FONT_STYLESHEET) is not None


@register.simple_tag
def app_font() -> SafeString:
    """Link the font built at set-up; without it the system's font is used."""
    if not _font_exists():
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', static(FONT_STYLESHEET))


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon: str = "", shape: str = "") -> SafeString:
    """Show a short state or number on a tinted ground."""
    drawing = _icon(str(icon), 14, "") if icon else SafeString("")
    if shape:
        drawing = format_html('<span aria-hidden="true">{}</span>', shape)
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, drawing, text)


@register.simple_tag
def state_badge(state: str, noun: str = "") -> SafeString:
    """Show the state of a row in the words of the glossary; the noun decides how they agree."""
    tone, word = STATES.get(str(state), ("neutral", str(state)))
    if noun in MASCULINE_NOUNS:
        word = MASCULINE_WORDS.get(str(state), word)
    return badge(str(word), tone)


@register.simple_tag
def group_badge(group: str, score: int | None = None) -> SafeString:
    """Show promoter, passive or detractor by colour, shape and word."""
    tone, shape, word = GROUPS[str(group)]
    text = str(word) if score is None else f"{score} · {word}"
    return badge(text, tone, shape=shape)


def _distance(delta: timedelta) -> str:
    minutes = int(abs(delta).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    hours = minutes // 60
    if delta > timedelta(0):
        if hours:
            return ngettext("%(n)s h ago", "%(n)s h ago", hours) % {"n": hours}
        return ngettext("%(n)s min ago", "%(n)s min ago", minutes) % {"n": minutes}
    if hours:
        return ngettext("in %(n)s h", "in %(n)s h", hours) % {"n": hours}
    return ngettext("in %(n)s min", "in %(n)s min", minutes) % {"n": minutes}


@register.simple_tag
def relative_time(moment: datetime | None, now: datetime | None = None) -> SafeString:
    """Show a moment relatively within a day and as a date beyond, exact in the tooltip."""
    if moment is None:
        return SafeString("–")
    local = timezone.localtime(moment)
    exact = f"{date_format(local, 'j F Y')}, {date_format(local, 'H:i')}"
    delta = (now or timezone.now()) - moment
    near = abs(delta) < timedelta(hours=24)
    text = _distance(delta) if near else date_format(local, "j F Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        exact,
        text,
    )


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """Render the input of a field, tied to its hint and its error."""
    # Examples belong into the hint: a placeholder disappears when it is needed.
    attributes: dict[str, str | bool] = {"placeholder": False}
    if not field.use_fieldset and (described := describedby(field, hint)):
        attributes["aria-describedby"] = described
    return field.as_widget(attrs=attributes)


@register.simple_tag
def describedby(field: BoundField, hint: str = "") -> str:
    """Name the hint and the error of a field, in reading order."""
    names = []
    if hint or field.help_text:
        names.append(f"{field.auto_id}_helptext")
    if field.errors:
        names.append(f"{field.auto_id}_error")
    return " ".join(names)


@register.filter
def anchor(field: BoundField) -> str:
    """Name the element that an error summary links to."""
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.id_for_label)


@register.filter
def without_help(field: BoundField) -> BoundField:
    """Leave out the help that a library's form brings along."""
    field.help_text = ""
    return field


@register.filter
def initials(name: str) -> str:
    """Shorten a name to the two letters of an avatar."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


@register.simple_block_tag(end_name="endcard")
def card(
    content: str,
    title: str = "",
    id: str = "",
    actions_url: str = "",
    actions_label: str = "",
    flush: bool = False,
) -> str:
    """Frame a section with its heading; flush lets a table touch the frame."""
    parts = {
        "content": content,
        "title": title,
        "id": id,
        "actions_url": actions_url,
        "actions_label": actions_label,
        "flush": flush,
    }
    return render_to_string("components/_card.html", parts)


@register.simple_block_tag(end_name="endbanner")
def banner(content: str, tone: str = "info", title: str = "") -> str:
    """State something that lasts, in the flow of the page."""
    parts = {"content": content, "tone": tone, "title": title}
    return render_to_string("components/_banner.html", parts)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str) -> str:
    """Hold a short form that opens above the page."""
    parts = {"content": content, "id": id, "title": title}
    return render_to_string("components/_dialog.html", parts)


@register.simple_block_tag(end_name="endmenu")
def menu(content: str, label: str, icon: str = "ellipsis-vertical", text: str = "") -> str:
    """Fold secondary actions behind a button."""
    parts = {"content": content, "label": label, "icon": icon, "text": text}
    return render_to_string("components/_menu.html", parts)


@register.simple_block_tag(end_name="endfield_group")
def field_group(content: str, legend: str, hint: str = "") -> str:
    """Group fields under a legend."""
    parts = {"content": content, "legend": legend, "hint": hint}
    return render_to_string("components/_field_group.html", parts)
