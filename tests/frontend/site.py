"""A site of pages that a test writes: static files, and the strict policy, as in production."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Page

COUNT = "/o/maison-lune/cases/count/"  # what the navigation of every page asks for
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'"
)


class Site(ThreadingHTTPServer):
    """Pages by path; static files come from the finders; all under a strict policy."""

    def __init__(self, policy: str = POLICY) -> None:
        self.policy = policy
        super().__init__(("127.0.0.1", 0), Visit)
        self.forget()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def forget(self) -> None:
        """What the last test wrote."""
        self.pages: dict[str, tuple[int, str]] = {COUNT: (200, "")}
        self.asked: list[str] = []

    @contextmanager
    def open(self) -> Iterator["Site"]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield self
        self.shutdown()
        self.server_close()
        thread.join()


class Visit(BaseHTTPRequestHandler):
    """One connection of the browser, which keeps the files that it has seen."""

    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append(f"{self.command} {path}")
        if path.startswith(settings.STATIC_URL):
            self.static(path.removeprefix(settings.STATIC_URL))
        else:
            status, body = self.server.pages.get(path, (404, "nothing here"))
            self.answer(status, body.encode(), "text/html; charset=utf-8", "no-store")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def static(self, name: str) -> None:
        file = finders.find(name)
        if isinstance(file, str):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.answer(200, Path(file).read_bytes(), kind, "max-age=3600")
        else:
            self.answer(404, b"", "text/plain", "no-store")

    def answer(self, status: int, body: bytes, kind: str, kept: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.server.policy)
        self.send_header("Cache-Control", kept)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not beside the tests' own lines."""


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
    page.goto(site.origin)
    page.wait_for_function("() => window.htmx !== undefined")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
