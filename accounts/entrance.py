"""What somebody meets whose session is over: the way back in, with nothing typed lost."""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

SAFE_METHODS = ("GET", "HEAD")


def refuse_stranger(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in and from there back to a page; htmx keeps the page that is open."""
    if request.headers.get("HX-Request") == "true":
        return kept_page()
    back = request.get_full_path() if request.method in SAFE_METHODS else _page_of(request)
    return redirect_to_login(back)


def _page_of(request: HttpRequest) -> str:
    """The page whose form was posted: the address of the form itself may open nothing."""
    referer = request.headers.get("Referer", "")
    site = urlsplit(settings.SITE_URL)
    is_ours = url_has_allowed_host_and_scheme(
        referer,
        allowed_hosts={site.netloc, request.get_host()},
        require_https=site.scheme == "https",
    )
    if not referer or not is_ours:
        return "/"
    parts = urlsplit(referer)
    path = f"/{parts.path.lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path


def kept_page() -> HttpResponse:
    """No redirect: it would put the sign-in page into a piece of this one.

    Without scripts nobody comes here; they answer a gesture with the dialog of `session.js`.
    """
    toast = {
        "key": "session",
        "tone": "warn",
        "text": _("Your session has ended. Sign in again: your text is safe"),
        "href": resolve_url(settings.LOGIN_URL),
        "label": _("Sign in again"),
    }
    response = HttpResponse(status=401)
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response
