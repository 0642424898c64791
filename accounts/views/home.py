"""The front door, and the choices a person takes everywhere: language and theme."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, public, signed_in
from accounts.actions import preferences
from accounts.queries import memberships
from cxhub.lib.languages import supported
from cxhub.lib.tenancy import acting_user

YEAR = 365 * 24 * 3600


@require_safe
@public("Whoever is not signed in is sent to the sign-in page.")
def front_door(request: HttpRequest) -> HttpResponse:
    """The organisation's home, the choice between several, or the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    user = request.user
    with acting_user(user.pk):
        own = memberships.memberships_of(user)
    if len(own) == 1:
        return redirect(f"/o/{own[0].organisation.slug}/")
    return render(request, "accounts/organisations.html", {"own": own})


@never_cache
@require_safe
@public("It is asked by those whose session may be over.")
def session_state(request: HttpRequest) -> HttpResponse:
    """Whose session this is, 401 if nobody's; with a token, for a page that stays open."""
    person = str(request.user.pk) if request.user.is_authenticated else ""
    state = {"person": person, "token": get_token(request)}
    return JsonResponse(state, status=200 if person else 401)


@require_POST
@public("Visitors choose their language too.")
def language_set(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    language = supported(request.POST.get("language", "")) or settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        preferences.choose_language(user=request.user, language=language)
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.IS_HTTPS,
        httponly=True,
    )
    return response


@require_POST
@signed_in
def theme_set(request: PersonRequest) -> HttpResponse:
    """Show the pages in other colours from now on."""
    preferences.choose_theme(user=request.user, theme=request.POST.get("theme", ""))
    return HttpResponseRedirect(safe_next(request))


def safe_next(request: HttpRequest) -> str:
    """Where the form wants to go back to, if that is a page of ours; the front door otherwise."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=set())
    return wanted if is_ours else "/"
