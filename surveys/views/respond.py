"""The respondent's doors: a GET shows and never writes, a POST records."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from accounts.access import public
from cxhub.lib.answer_lane import has_quick_post
from cxhub.lib.client_ip import client_network
from surveys.views.respond_answers import ALLOWED, said
from surveys.views.respond_doors import GETS, Visit
from surveys.views.respond_quick import quick_code, quick_token
from surveys.views.respond_show import show
from surveys.views.respond_take import take

NEXT_PERSON = 3  # seconds that a thank-you stands before the survey begins again
LOOK_AGAIN = 60  # seconds until a tablet looks whether a shut door has opened


@has_quick_post(quick_token)
@public("The token in the address is the proof.")
def response_open(request: HttpRequest, token: str) -> HttpResponse:
    return _respond(request, Visit.of_token(token))


@has_quick_post(quick_code)
@public("An open link is for everybody.")
def collector_open(request: HttpRequest, code: str) -> HttpResponse:
    return _respond(request, Visit.of_code(code))


@public("A kiosk stands where everybody may touch it.")
def kiosk_open(request: HttpRequest, code: str) -> HttpResponse:
    """A public door on a device that many use, one after the other.

    Nothing of one person is kept for the next: no cookie comes in or goes out. The survey
    begins again by itself, without a script.
    """
    request.COOKIES = {}
    code = code.removesuffix("/")
    response = _respond(request, Visit.of_code(code, is_kiosk=True))
    response.cookies.clear()
    is_shut = request.method != "POST" and response.status_code in {410, 429, 503}
    if is_shut or "Response-Id" in response.headers:
        seconds = LOOK_AGAIN if is_shut else NEXT_PERSON
        response.headers["Refresh"] = f"{seconds}; url={quote(f'/k/{code}')}"
    return response


def _respond(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method == "POST":
        return take(request, visit)
    if request.method not in {"GET", "HEAD"}:
        response = said(request, 405, "method_not_allowed")
        response.headers["Allow"] = ALLOWED
        return response
    if wait := GETS.wait(client_network(request)):
        return said(request, 429, "rate_limited", wait=wait)
    return show(request, visit)
