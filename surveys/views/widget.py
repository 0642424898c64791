"""The button that opens a survey from somebody's own page."""

import json
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public
from cxhub.lib.misses import wait_after_miss
from surveys.actions import pages
from surveys.queries import openings

AGE = 300  # seconds that a browser keeps the script
BRAND = "#3D4EDB"  # as on our own pages, under white letters


@require_safe
@public("A web page that shows the button is open to everybody.")
def widget_script(request: HttpRequest, code: str) -> HttpResponse:
    """The script that puts a survey's button on a page; without a button while it is shut."""
    opening = openings.opening_of_code(code)
    if opening is None:
        wait = wait_after_miss(request)
        response = _script("// There is no such survey.\n", 429 if wait else 404)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
    if not opening.takes_answers:
        return _kept(_script("// This survey takes no answers now.\n"))
    return _kept(_script(_button(opening, code)))


def _button(opening: openings.Opening, code: str) -> str:
    language = opening.default_language
    with translation.override(language):
        survey = {
            "code": code.lower(),
            "url": f"{settings.SITE_URL}/s/{code.lower()}",
            "language": language,
            "label": _("Give your feedback"),
            "hint": _("Opens in a new tab"),
            "background": BRAND,
        }
    return _template().replace("__SURVEY__", json.dumps(survey))


@cache
def _template() -> str:
    return (pages.ASSETS / "widget.js").read_text(encoding="utf-8")


def _script(text: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/javascript; charset=utf-8")
    # Pages of other sites load it, those that isolate themselves too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={AGE}"
    return response
