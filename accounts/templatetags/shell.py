"""Template tags for the frame of every page: navigation and links inside an organisation."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.urls import URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

register = Library()

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


def _slug(context: Context) -> str:
    organisation = getattr(context.get("request"), "organisation", None)
    return str(getattr(organisation, "slug", ""))


def _resolve(slug: str, route: str, *args: object, **kwargs: object) -> str:
    if not slug or any(value in (None, "") for value in (*args, *kwargs.values())):
        return ""
    if args:
        return reverse(route, args=[slug, *args])
    return reverse(route, kwargs={"organisation_slug": slug, **kwargs})


@register.simple_tag(takes_context=True)
def nav_url(context: Context, route: str, *args: object, **kwargs: object) -> str:
    """Resolve a route of the organisation of the page; empty outside one, or without its row."""
    return _resolve(_slug(context), route, *args, **kwargs)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[NavigationItem]:
    """List the sections that this member may open, with the one of the page marked."""
    slug = _slug(context)
    request = context.get("request")
    urls = {route: _resolve(slug, route) for route, *_ in SECTIONS}
    urls["accounts:settings"] = next(iter(_settings(request, slug).values()), "")
    path = request.path if isinstance(request, HttpRequest) else ""
    # Home's address begins every other address: it is current on its own page only.
    home = urls["dashboards:home"]
    around = [url for url in urls.values() if url and url != home and path.startswith(url)]
    match = getattr(request, "resolver_match", None)
    owner = urls.get(ELSEWHERE.get(match.view_name if match else "", ""), "")
    current = home if path == home else max(around, key=len, default=owner)
    return [
        NavigationItem(
            route=route,
            url=urls[route],
            icon=icon,
            label=str(label),
            shortcut=shortcut,
            is_current=urls[route] == current,
            is_on_phones=route in ON_PHONES,
        )
        for route, icon, label, shortcut in SECTIONS
        if urls[route] and (route == "accounts:settings" or _may_open(request, route))
    ]


@register.simple_tag(takes_context=True)
def settings_tabs(context: Context) -> list[dict[str, object]]:
    """The pages of the settings that this member may open, with the one of the page marked."""
    request = context.get("request")
    urls = _settings(request, _slug(context))
    path = getattr(request, "path", "")
    current = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [
        {"label": label, "url": urls[route], "current": urls[route] == current}
        for route, label in SETTINGS
        if route in urls
    ]


def _settings(request: object, slug: str) -> dict[str, str]:
    """The addresses of the settings' pages that this member may open: the section begins there."""
    urls = {route: _resolve(slug, route) for route, _label in SETTINGS}
    return {route: url for route, url in urls.items() if url and _may_open(request, route)}


def _may_open(request: object, route: str) -> bool:
    """Whether the route's view declares a right that the member of the page has."""
    membership = getattr(request, "membership", None)
    access = _access(get_resolver(), route)
    if membership is None or access is None or access.audience != "member":
        return True
    return bool(membership.may(access.rule))


@cache
def _access(resolver: URLResolver, route: str) -> Any:
    """What the view of a route declares: the same in every organisation."""
    return getattr(resolver.resolve(_resolve("any", route)).func, "access", None)


@register.simple_tag(takes_context=True)
def simulator_url(context: Context) -> str:
    """Resolve the fake phone and mailbox of the organisation; empty where nothing is simulated."""
    slug = _slug(context)
    if not (slug and settings.CXHUB_SIMULATOR):
        return ""
    return f"{reverse('channels_out:simulator')}?organisation={slug}"
