"""The addresses of the pages under test: the sections of an organisation, and the entrance."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


SECTION = "o/<slug:organisation_slug>/"

urlpatterns = [
    path(
        SECTION,
        include(
            ([path("", nothing, name="home"), path("find/", nothing, name="find")], "dashboards")
        ),
    ),
    path(f"{SECTION}surveys/", include(([path("", nothing, name="survey-list")], "surveys"))),
    path(
        f"{SECTION}cases/",
        include(
            (
                [
                    path("", nothing, name="case-list"),
                    path("count/", nothing, name="case-count"),
                ],
                "cases",
            )
        ),
    ),
    path(f"{SECTION}contacts/", include(([path("", nothing, name="contact-list")], "contacts"))),
    path(f"{SECTION}alerts/", include(([path("", nothing, name="rule-list")], "alerts"))),
    path(
        SECTION,
        include(
            (
                [
                    path("sends/", nothing, name="send-list"),
                    path("journeys/", nothing, name="journey-list"),
                ],
                "journeys",
            )
        ),
    ),
    path(
        "",
        include(
            (
                [
                    path("language/", nothing, name="language-set"),
                    path("theme/", nothing, name="theme-set"),
                    path("session/", nothing, name="session-state"),
                    path(f"{SECTION}settings/", nothing, name="settings"),
                    *[
                        path(f"{SECTION}settings/{page}/", nothing, name=page)
                        for page in ("members", "teams", "places", "api-keys")
                    ],
                    path(f"{SECTION}preferences/", nothing, name="preferences"),
                ],
                "accounts",
            )
        ),
    ),
    path(
        "",
        include(
            (
                [
                    path("simulator/", nothing, name="simulator"),
                    path(f"{SECTION}settings/channels/", nothing, name="channel-list"),
                ],
                "channels_out",
            )
        ),
    ),
    path("login/", nothing, name="account_login"),
    path("logout/", nothing, name="account_logout"),
    path("signup/", nothing, name="account_signup"),
    path("password/reset/", nothing, name="account_reset_password"),
]
