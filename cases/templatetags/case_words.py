"""Saying a case's score, due time and history in words."""

from django.template import Library
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.enums import CaseEventKind, CaseState, CloseReason
from cases.models import Case, CaseEvent
from cases.queries.stories import Story

register = Library()

Badge = dict[str, str]

# Tone, shape and word of a score's group, as everywhere in the application.
GROUPS = {
    "promoter": ("pro", "▲", gettext_lazy("Promoter")),
    "passive": ("pas", "●", gettext_lazy("Passive")),
    "detractor": ("det", "▼", gettext_lazy("Detractor")),
}


@register.inclusion_tag("cases/_badge.html")
def score_badge(story: Story, full: bool = False) -> Badge:
    """The score with the shape of its group: "▼ 2/10", in full "▼ 2/10 · Detractor"."""
    tone, shape, word = GROUPS.get(story.group, ("neutral", "", ""))
    return {
        "text": f"{story.note} · {word}" if full and word else story.note,
        "tone": tone,
        "shape": shape,
    }


@register.inclusion_tag("cases/_badge.html")
def overdue_badge(case: Case) -> Badge:
    """How late the case is: the word says it, not only the colour."""
    return {"text": _late(case), "tone": "danger", "icon": "clock-alert"}


@register.simple_tag
def due_words(case: Case) -> str:
    """How long there is to act, or how late it is; nothing for a closed case."""
    if case.state == CaseState.CLOSED:
        return ""
    if case.due_at < timezone.now():
        return _late(case)
    return _("%(time)s left") % {"time": _span(int((case.due_at - timezone.now()).total_seconds()))}


@register.simple_tag
def event_words(event: CaseEvent) -> str:
    """One entry of the thread as a sentence."""
    name = str(event.author.user) if event.author else ""
    return _signed(event, name) if name else _unsigned(event)


def _signed(event: CaseEvent, name: str) -> str:
    words = {
        CaseEventKind.OPENED: _("%(name)s opened the case"),
        CaseEventKind.ASSIGNED: _signed_assignment(event, name),
        CaseEventKind.NOTE: _("%(name)s noted"),
        CaseEventKind.STATE: _("%(name)s waits for the customer"),
        CaseEventKind.CLOSED: _("%(name)s closed the case: %(reason)s"),
        CaseEventKind.REOPENED: _("%(name)s reopened the case"),
        CaseEventKind.CALLBACK: _("%(name)s noted that the customer asks to be contacted"),
        CaseEventKind.CHANGED: _("%(name)s changed the answer: %(before)s → %(after)s"),
    }
    return words[CaseEventKind(event.kind)] % {"name": name, **_details(event)}


def _signed_assignment(event: CaseEvent, name: str) -> str:
    member = event.detail.get("member")
    if event.detail.get("team"):
        return _("%(name)s gave the case to the team %(team)s")
    if not member:
        return _("%(name)s freed the case")
    if member == name:
        return _("%(name)s took the case")
    return _("%(name)s gave the case to %(member)s")


def _unsigned(event: CaseEvent) -> str:
    words = {
        CaseEventKind.OPENED: _("The customer’s wish opened the case")
        if event.detail.get("asked_for")
        else _("An alert opened the case"),
        CaseEventKind.ASSIGNED: _unsigned_assignment(event),
        CaseEventKind.NOTE: _("Note"),
        CaseEventKind.STATE: _("The case waits for the customer"),
        CaseEventKind.CLOSED: _("The case was closed: %(reason)s"),
        CaseEventKind.REOPENED: _("The case was reopened"),
        CaseEventKind.CALLBACK: _("The customer asks to be contacted"),
        CaseEventKind.CHANGED: _changed(event),
    }
    return words[CaseEventKind(event.kind)] % _details(event)


def _changed(event: CaseEvent) -> str:
    before, after = event.detail.get("before"), event.detail.get("after")
    if before == after:
        return (
            _("The customer changed his words. Before:")
            if event.text
            else _("The customer changed the answer")
        )
    if event.text:
        return _("The customer changed the answer from %(before)s to %(after)s. Before:")
    return _("The customer changed the answer from %(before)s to %(after)s")


def _unsigned_assignment(event: CaseEvent) -> str:
    if event.detail.get("team"):
        return _("The case was given to the team %(team)s")
    if event.detail.get("member"):
        return _("The case was given to %(member)s")
    return _("The case was freed")


def _details(event: CaseEvent) -> dict[str, str]:
    reason = str(event.detail.get("reason", ""))
    reasons = dict(CloseReason.choices)
    return {
        "member": str(event.detail.get("member", "")),
        "team": str(event.detail.get("team", "")),
        "before": str(event.detail.get("before") or "–"),
        "after": str(event.detail.get("after") or "–"),
        "reason": str(reasons.get(reason, reason)).lower(),
    }


def _late(case: Case) -> str:
    span = _span(int((timezone.now() - case.due_at).total_seconds()))
    return _("Overdue by %(time)s") % {"time": span}


def _span(seconds: int) -> str:
    """A span in its largest unit."""
    minutes = max(seconds // 60, 1)
    if minutes < 60:
        return ngettext("%(n)s min", "%(n)s min", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s h", "%(n)s h", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
