"""Every address. What a path means stands in its app's `urls`."""

import logging
import sys

from allauth.account import views as allauth
from django.conf import settings
from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import include, path, re_path
from django.utils import translation
from django.views import View
from drf_spectacular.views import SpectacularSwaggerSplitView

from accounts.access import Access, declare, public, refusal
from accounts.access import View as AnyView
from accounts.entrance import kept_page
from accounts.views.entrance import ConfirmationView, SignUpView
from cxhub.lib.languages import from_accept_header, supported
from cxhub.lib.locks import is_busy
from cxhub.lib.openapi_view import DescriptionView
from cxhub.lib.problems import plain_problem
from dashboards.views.upkeep import healthz_deep, metrics

logger = logging.getLogger(__name__)

BUSY_FOR = 5  # seconds after which it is worth trying again


@public("A load balancer asks whether the process lives.")
def healthz_live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public("A load balancer asks whether the process can serve.")
def healthz_ready(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ready"})


@public("The stream itself checks a signed ticket.")
def live(request: HttpRequest, rest: str = "") -> HttpResponseRedirect:
    """The event stream lives in its own process; same-origin proxies never come here."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(
        f"{settings.LIVE_URL}{rest}{'?' if query else ''}{query}", status=307
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that may be another site's; htmx's is of a page from before somebody signed in."""
    if request.headers.get("HX-Request") == "true":
        return kept_page()
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return plain_problem(request, 404, "not_found")
    return refusal(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; a database that did not answer in time is asked again later."""
    is_api = request.path_info.startswith("/api/")
    if is_busy(sys.exception()):
        answer = plain_problem(request, 503, "busy") if is_api else _busy_page(request)
        answer.headers["Retry-After"] = str(BUSY_FOR)
        return answer
    if is_api:
        return plain_problem(request, 500, "server_error")
    try:
        return refusal(request, 500)
    except Exception:
        # Perhaps the very fault: this page knows nobody and asks for nothing.
        logger.exception("The frame of an error page could not be made")
        return _bare_page(request, 500, {})


def _busy_page(request: HttpRequest) -> HttpResponse:
    """Without the frame: it would ask the same database."""
    again = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return _bare_page(request, 503, {"again": again})


def _bare_page(request: HttpRequest, status: int, context: dict[str, str]) -> HttpResponse:
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepted = from_accept_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    language = getattr(request, "LANGUAGE_CODE", "") or supported(cookie) or accepted
    with translation.override(language):
        return HttpResponse(get_template(f"{status}.html").render(context), status=status)


handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error

SIGN_IN = Access("public", "Signing in, signing up and resetting a password come before it.")


def page(view: type[View]) -> AnyView:
    return declare(view.as_view(), SIGN_IN)


urlpatterns = [
    path("healthz/live", healthz_live),
    path("healthz/ready", healthz_ready),
    path("healthz/deep", healthz_deep),
    path("metrics", metrics),
    path("live/", live),
    path("live/<path:rest>", live),
    path("accounts/login/", page(allauth.LoginView), name="account_login"),
    path("accounts/signup/", page(SignUpView), name="account_signup"),
    path("accounts/logout/", page(allauth.LogoutView), name="account_logout"),
    path(
        "accounts/password/reset/",
        page(allauth.PasswordResetView),
        name="account_reset_password",
    ),
    path(
        "accounts/password/reset/done/",
        page(allauth.PasswordResetDoneView),
        name="account_reset_password_done",
    ),
    # A path with <uidb36>-<key> would give the person a part of the key, which has hyphens too.
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        page(allauth.PasswordResetFromKeyView),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        page(allauth.PasswordResetFromKeyDoneView),
        name="account_reset_password_from_key_done",
    ),
    path(
        "accounts/confirm-email/",
        page(allauth.EmailVerificationSentView),
        name="account_email_verification_sent",
    ),
    path(
        "accounts/confirm-email/<str:key>/",
        page(ConfirmationView),
        name="account_confirm_email",
    ),
    path("accounts/inactive/", page(allauth.AccountInactiveView), name="account_inactive"),
    path(
        "api/v1/schema/",
        declare(DescriptionView.as_view(), Access("public", "The API's description.")),
        name="api-schema",
    ),
    path(
        "api/v1/docs/",
        declare(
            SpectacularSwaggerSplitView.as_view(
                url_name="api-schema", template_name="accounts/api_docs.html"
            ),
            Access("public", "The API's description, to read."),
        ),
        name="api-docs",
    ),
    path("", include("accounts.urls")),
    path("", include("contacts.urls")),
    path("", include("surveys.urls")),
    path("", include("channels_out.urls")),
    path("", include("journeys.urls")),
    path("", include("cases.urls")),
    path("", include("alerts.urls")),
    path("", include("dashboards.urls")),
]
