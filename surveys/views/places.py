"""Archiving a place: what becomes of what names it, and the button that does it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, get_within, member
from accounts.models import Place
from surveys.actions import places as place_actions
from surveys.forms.places import ArchivePlaceForm
from surveys.queries.doors import doors_at


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager")
def place_archive(request: MemberRequest, pk: str) -> HttpResponse:
    """The doors that stand there, and whether they go on."""
    place = get_within(request.organisation, Place, pk, is_held=request.method == "POST")
    if place.archived_at is not None:  # by another click, or another person
        return redirect("accounts:place", request.organisation.slug, place.pk)
    doors = list(doors_at(place))
    has_open_doors = any(door.is_open for door in doors)
    typed = request.POST if request.method == "POST" else None
    form = ArchivePlaceForm(typed, has_open_doors=has_open_doors)
    if request.method == "POST" and form.is_valid():
        place_actions.archive_place(place=place, closes_doors=form.closes_doors, actor=request.user)
        messages.success(request, _("Place archived"))
        return redirect("accounts:places", request.organisation.slug)
    context = {"form": form, "place": place, "doors": doors}
    status = 422 if form.errors else 200
    return render(request, "surveys/place_archive.html", context, status=status)
