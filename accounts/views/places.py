"""Places: the stores, sites and desks that customers visit."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, get_within, member
from accounts.actions import places as place_actions
from accounts.exceptions import CodeTaken, NameTaken
from accounts.forms.places import PlaceForm
from accounts.models import Place
from accounts.queries import places as place_queries


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def place_list(request: MemberRequest) -> HttpResponse:
    """The places, the archived ones apart, and the form for one more."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            place_actions.add_place(
                organisation=request.organisation, details=form.details, actor=request.user
            )
            messages.success(request, _("Place added"))
            return redirect("accounts:places", request.organisation.slug)
        except CodeTaken as taken:
            form.refuse(taken)
    context = {
        "form": form,
        "places": place_queries.places(request.organisation),
        "archived": place_queries.archived_places(request.organisation),
    }
    return render(request, "accounts/places.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def place_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """What is known of a place, to change; the way to archive it or to bring it back."""
    place = get_within(request.organisation, Place, pk, is_held=request.method == "POST")
    form = PlaceForm(request.POST or None, initial=PlaceForm.of(place))
    if request.method == "POST" and form.is_valid():
        try:
            place_actions.change_place(place=place, details=form.details, actor=request.user)
            messages.success(request, _("Place saved"))
            return redirect("accounts:places", request.organisation.slug)
        except (NameTaken, CodeTaken) as taken:
            form.refuse(taken)
    context = {"form": form, "place": place}
    return render(request, "accounts/place.html", context, status=422 if form.errors else 200)


@require_POST
@member("manager")
def place_restore(request: MemberRequest, pk: str) -> HttpResponse:
    """Offer an archived place again."""
    place = get_within(request.organisation, Place, pk, is_held=True)
    place_actions.restore_place(place=place, actor=request.user)
    messages.success(request, _("Place brought back"))
    return redirect("accounts:places", request.organisation.slug)
