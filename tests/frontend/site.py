"""A site of pages that a test writes: static files, and the strict policy, as in production."""

import mimetypes
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Page, Route

ORIGIN = "http://cxhub.test"
COUNT = "/o/maison-lune/cases/count/"  # what the navigation of every page asks for
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'"
)


class Site:
    """Pages by path; static files come from the finders; all under the strict policy."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str]] = {COUNT: (200, "")}
        self.asked: list[str] = []

    def answer(self, route: Route) -> None:
        path = re.sub(r"^http://[^/]+|\?.*$", "", route.request.url)
        self.asked.append(f"{route.request.method} {path}")
        if path.startswith(settings.STATIC_URL):
            self.static(route, path.removeprefix(settings.STATIC_URL))
            return
        status, body = self.pages.get(path, (404, "nothing here"))
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(status=status, body=body, content_type="text/html", headers=headers)

    def static(self, route: Route, name: str) -> None:
        file = finders.find(name)
        if not isinstance(file, str):
            route.fulfill(status=404)
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        route.fulfill(body=Path(file).read_bytes(), content_type=kind)


def shell(content: str, scripts: str = "") -> str:
    """A page of the application with its frame and the given content."""
    source = (
        '{% extends "base.html" %}{% load static %}{% block title %}T{% endblock %}'
        '{% block scripts %}SCRIPTS{% endblock %}{% block body %}<main id="main" tabindex="-1">'
        '<h1 id="page-title" tabindex="-1">T</h1>CONTENT</main>{% endblock %}'
    )
    source = source.replace("CONTENT", content).replace("SCRIPTS", scripts)
    return engines["django"].from_string(source).render({})


def visit(page: Page, site: Site, html: str) -> None:
    site.pages["/"] = (200, html)
    page.goto(ORIGIN)
    page.wait_for_function("() => window.htmx !== undefined")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
