"""The parts of the frame around a page, made once for everybody who sees the same.

A part is rendered for a stand-in: its context holds what `Look` names, which is its key, and
marks where the slug, the address, the token and the person's own values go. So a part cannot
show one reader what is another's. A page fills the marks.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.loader import render_to_string
from django.urls import URLResolver, get_resolver
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import Membership
from accounts.templatetags.shell import SLUG, role_of, section_of, sections_at_mark, slug_of
from accounts.templatetags.ui import initials
from cxhub.lib.kept import FOR_EVER, Kept
from cxhub.lib.marks import Marked, mark

register = Library()

MOST_KEPT = 1024

_parts: Kept[Marked] = Kept(FOR_EVER, MOST_KEPT)


@dataclass(frozen=True)
class Look:
    """Everything that decides how the frame looks, besides the values that stand in it."""

    resolver: URLResolver
    language: str | None
    is_simulated: bool
    is_inside: bool
    role: str
    section: str
    theme: str
    rail: str


@register.simple_tag
def kept(template: str) -> SafeString:
    """Show what is the same for all who read this language: it is rendered without a context."""
    key = (template, get_language())
    return _parts.get_or_make(key, lambda: _part(template, {})).filled({})


@register.simple_tag(takes_context=True)
def framed(context: Context, template: str, **variables: str) -> SafeString:
    """Show a part of the frame, made once for each look, with the reader's own values."""
    request = context["request"]
    look = Look(
        get_resolver(),
        get_language(),
        settings.CXHUB_SIMULATOR,
        bool(slug_of(request)),
        role_of(request),
        section_of(request),
        context.get("theme") or "",
        context.get("rail") or "",
    )
    key = (template, look, *variables.items())
    part = _parts.get_or_make(key, lambda: _part(template, {**_stand_in(look), **variables}))
    return part.filled(
        {
            "slug": lambda: slug_of(request),
            "address": request.get_full_path,
            "token": lambda: context["csrf_token"],
            "email": lambda: request.user.email,
            "initials": lambda: initials(request.user.get_full_name() or request.user.email),
            "person": lambda: request.user.pk,
        }
    )


def _part(template: str, context: dict[str, Any]) -> Marked:
    return Marked(render_to_string(template, context).strip())


def _stand_in(look: Look) -> dict[str, Any]:
    """The context of a reader of whom only the look is known."""
    request = SimpleNamespace(
        path=sections_at_mark(look.resolver, look.role).get(look.section, ""),
        get_full_path=mark("address"),
        organisation=SimpleNamespace(slug=SLUG) if look.is_inside else None,
        membership=Membership(role=look.role) if look.role else None,
        user=SimpleNamespace(pk=mark("person"), email=mark("email")),
    )
    return {
        "request": request,
        "csrf_token": mark("token"),
        "own_initials": mark("initials"),
        "theme": look.theme,
        "rail": look.rail,
    }
