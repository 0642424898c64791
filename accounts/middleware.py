"""The reader's language, words for empty refusals, and the refusal of undeclared views."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from accounts.access import refusal
from cxhub.lib.languages import from_accept_header, supported

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def locale(get_response: GetResponse) -> GetResponse:
    """Speak the person's language; before sign-in the cookie's, then the browser's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = reader_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def reader_language(request: HttpRequest) -> str:
    """The supported language that fits the reader best; English when none does."""
    if request.user.is_authenticated and not request.path_info.startswith("/api/"):
        return supported(request.user.language) or settings.LANGUAGE_CODE
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return supported(cookie) or from_accept_header(request.headers.get("Accept-Language", ""))


def worded_refusal(get_response: GetResponse) -> GetResponse:
    """Say in a page what a browser may not do with an address; Django answers 405 with nothing."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 405 or not isinstance(response, HttpResponse):
            return response
        if response.content or not _reads_pages(request):
            return response
        page = refusal(request, 405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware


def _reads_pages(request: HttpRequest) -> bool:
    is_fragment = request.headers.get("HX-Request") == "true"
    return not is_fragment and "text/html" in request.headers.get("Accept", "")


class declared_access:  # noqa: N801
    """Refuses any view without a declaration: forgetting one must not open a door."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        if getattr(view, "access", None) is None:
            raise PermissionDenied
