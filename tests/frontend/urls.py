"""The addresses of the pages under test: three sections of an organisation, and the entrance."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


SECTION = "o/<slug:organisation_slug>/"

urlpatterns = [
    path(SECTION, include(([path("", nothing, name="home")], "dashboards"))),
    path(f"{SECTION}surveys/", include(([path("", nothing, name="survey-list")], "surveys"))),
    path(f"{SECTION}cases/", include(([path("", nothing, name="case-list")], "cases"))),
    path(
        "",
        include(
            (
                [
                    path("language/", nothing, name="language-set"),
                    path("theme/", nothing, name="theme-set"),
                ],
                "accounts",
            )
        ),
    ),
    path("login/", nothing, name="account_login"),
    path("logout/", nothing, name="account_logout"),
    path("signup/", nothing, name="account_signup"),
    path("password/reset/", nothing, name="account_reset_password"),
]
