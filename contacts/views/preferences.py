"""The page a customer stops on: no sign-in, one button, and it asks no reason."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from contacts.actions.preferences import stop_surveys
from contacts.queries.preferences import PreferencesLink, read_preferences_token, shown_to

ONE_CLICK = b"List-Unsubscribe=One-Click"
MAX_BODY = 4096


@public("A customer unsubscribes with the signed link of his message (RFC 8058: no cookie).")
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, POST stops; every link that opens nothing gets one and the same answer."""
    link = read_preferences_token(token)
    if request.method == "POST" and _is_one_click(request):
        _stop(link, only_this_channel=False)
        return _guarded(HttpResponse("OK", content_type="text/plain"))
    if link is None:
        return _guarded(render(request, "contacts/preferences_unknown.html"))
    if request.method == "POST" and request.POST.get("confirm") == "stop":
        only = request.POST.get("scope") == "channel"
        _stop(link, only_this_channel=only)
        return _guarded(render(request, "contacts/preferences_done.html", {"only": only}))
    context = {"shown": shown_to(link)}
    return _guarded(render(request, "contacts/preferences.html", context))


def _is_one_click(request: HttpRequest) -> bool:
    """Exactly the body of RFC 8058, as a form or as multipart; a scanner's POST has another."""
    if (request.content_type or "").startswith("multipart/"):
        fields = list(request.POST.lists())
        return fields == [("List-Unsubscribe", ["One-Click"])] and not request.FILES
    return len(request.body) < MAX_BODY and request.body.strip() == ONE_CLICK


def _stop(link: PreferencesLink | None, *, only_this_channel: bool) -> None:
    if link is not None:
        stop_surveys(link=link, only_this_channel=only_this_channel)


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no referrer, no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
