"""Template tags for the frame of every page: navigation and links inside an organisation."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.urls import URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Membership
from cxhub.lib.marks import mark

register = Library()

SLUG = mark("slug")
HOME = "dashboards:home"

# Route, icon, label and the letter after G that goes there.
SECTIONS: tuple[tuple[str, str, Promise, str], ...] = (
    ("dashboards:home", "house", pgettext_lazy("navigation", "Home"), "h"),
    (
        "surveys:survey-list",
        "clipboard-list",
        pgettext_lazy("navigation", "Surveys"),
        "e",
    ),
    ("journeys:send-list", "send", pgettext_lazy("navigation", "Sends"), ""),
    ("journeys:journey-list", "route", pgettext_lazy("navigation", "Journeys"), "p"),
    ("contacts:contact-list", "users", pgettext_lazy("navigation", "Contacts"), "c"),
    ("cases:case-list", "inbox", pgettext_lazy("navigation", "Inbox"), "b"),
    ("alerts:rule-list", "bell", pgettext_lazy("navigation", "Alerts"), "a"),
    ("accounts:settings", "settings", pgettext_lazy("navigation", "Settings"), ""),
)

# The bottom bar of a phone has room for four sections; the rest is behind "More".
ON_PHONES = (
    "dashboards:home",
    "surveys:survey-list",
    "cases:case-list",
    "contacts:contact-list",
)

# The settings have pages of several apps; each is a tab on all of them.
SETTINGS: tuple[tuple[str, Promise], ...] = (
    ("accounts:settings", gettext_lazy("Organisation")),
    ("accounts:members", gettext_lazy("Members")),
    ("accounts:teams", gettext_lazy("Teams")),
    ("accounts:places", gettext_lazy("Places")),
    ("channels_out:channel-list", gettext_lazy("Channels")),
    ("accounts:api-keys", gettext_lazy("API keys")),
)

# Pages whose address does not begin with that of the section they belong to.
ELSEWHERE = {"dashboards:response-detail": "surveys:survey-list"}


@dataclass(frozen=True)
class NavigationItem:
    """One section of the application, as the rail and the bottom bar show it."""

    route: str
    url: str
    icon: str
    label: str
    shortcut: str
    is_current: bool
    is_on_phones: bool


def slug_of(request: object) -> str:
    """The slug of the organisation of a page; empty outside one."""
    return str(getattr(getattr(request, "organisation", None), "slug", ""))


def role_of(request: object) -> str:
    """The role of the member who looks at a page; empty where nobody is known."""
    return str(getattr(getattr(request, "membership", None), "role", ""))


def _resolve(slug: str, route: str, *args: object, **kwargs: object) -> str:
    if not slug or any(value in (None, "") for value in (*args, *kwargs.values())):
        return ""
    if args:
        return reverse(route, args=[slug, *args])
    return reverse(route, kwargs={"organisation_slug": slug, **kwargs})


@register.simple_tag(takes_context=True)
def nav_url(context: Context, route: str, *args: object, **kwargs: object) -> str:
    """Resolve a route of the organisation of the page; empty outside one, or without its row."""
    return _resolve(slug_of(context.get("request")), route, *args, **kwargs)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[NavigationItem]:
    """List the sections that this member may open, with the one of the page marked."""
    request = context.get("request")
    role, current = role_of(request), section_of(request)
    return [
        NavigationItem(
            route=route,
            url=url,
            icon=icon,
            label=str(label),
            shortcut=shortcut,
            is_current=route == current,
            is_on_phones=route in ON_PHONES,
        )
        for route, icon, label, shortcut in SECTIONS
        if (url := _sections(request).get(route))
        and (route == "accounts:settings" or _may_open(role, route))
    ]


def section_of(request: object) -> str:
    """The route of the section that a page belongs to; empty where it belongs to none."""
    urls, path = _sections(request), getattr(request, "path", "")
    # Home's address begins every other address: it is current on its own page only.
    if path and path == urls.get(HOME):
        return HOME
    around = [
        route for route, url in urls.items() if url and route != HOME and path.startswith(url)
    ]
    match = getattr(request, "resolver_match", None)
    owner = ELSEWHERE.get(match.view_name if match else "", "")
    return max(around, key=lambda route: len(urls[route]), default=owner)


def _sections(request: object) -> dict[str, str]:
    """The address of each section, by route; none outside an organisation."""
    slug = slug_of(request)
    if not slug:
        return {}
    urls = sections_at_mark(get_resolver(), role_of(request))
    return {route: url.replace(SLUG, slug) for route, url in urls.items()}


@cache
def sections_at_mark(resolver: URLResolver, role: str) -> dict[str, str]:
    """Where the sections begin for a role, with a mark in place of the organisation's slug."""
    urls = {route: _resolve(SLUG, route) for route, *_ in SECTIONS}
    urls["accounts:settings"] = next(iter(_settings(role, SLUG).values()), "")
    return urls


@register.simple_tag(takes_context=True)
def settings_tabs(context: Context) -> list[dict[str, object]]:
    """The pages of the settings that this member may open, with the one of the page marked."""
    request = context.get("request")
    urls = _settings(role_of(request), slug_of(request))
    path = getattr(request, "path", "")
    current = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [
        {"label": label, "url": urls[route], "current": urls[route] == current}
        for route, label in SETTINGS
        if route in urls
    ]


def _settings(role: str, slug: str) -> dict[str, str]:
    """The addresses of the settings' pages that a role may open: the section begins there."""
    urls = {route: _resolve(slug, route) for route, _label in SETTINGS}
    return {route: url for route, url in urls.items() if url and _may_open(role, route)}


def _may_open(role: str, route: str) -> bool:
    """Whether the route's view declares a right that this role has."""
    access = _access(get_resolver(), route)
    if not role or access is None or access.audience != "member":
        return True
    return Membership(role=role).may(access.rule)


@cache
def _access(resolver: URLResolver, route: str) -> Any:
    """What the view of a route declares: the same in every organisation."""
    return getattr(resolver.resolve(_resolve("any", route)).func, "access", None)


@register.simple_tag(takes_context=True)
def simulator_url(context: Context) -> str:
    """Resolve the fake phone and mailbox of the organisation; empty where nothing is simulated."""
    slug = slug_of(context.get("request"))
    if not (slug and settings.CXHUB_SIMULATOR):
        return ""
    return f"{reverse('channels_out:simulator')}?organisation={slug}"
