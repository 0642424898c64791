"""How the survey reaches people: its link, its QR codes, and opening or closing them."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, get_within, member
from accounts.exceptions import PlaceArchived
from accounts.queries.places import places
from cxhub.lib.artefacts import NothingToPublish, artefact
from surveys.actions.collectors import create_collector, set_open
from surveys.enums import CollectorKind
from surveys.exceptions import WrongState
from surveys.forms.doors import KioskForm, PlacementForm
from surveys.models import Collector, Survey
from surveys.queries.doors import collector_url, collectors, is_only_here

QR, WEB = "qr", "web"  # the kinds of channels that publish what this page shows


@require_safe
@member("viewer")
def survey_share(request: MemberRequest, pk: str) -> HttpResponse:
    """Every door of a survey with its address."""
    survey = get_within(request.organisation, Survey, pk)
    return render(request, "surveys/survey_share.html", _context(request, survey))


@require_POST
@member("manager")
def collector_create(request: MemberRequest, pk: str) -> HttpResponse:
    """Open a door: a QR code for a place, a kiosk, the website button, or one more link."""
    survey = get_within(request.organisation, Survey, pk)
    is_kiosk = request.POST.get("kind") == CollectorKind.KIOSK
    form = _form(request, KioskForm if is_kiosk else PlacementForm, request.POST)
    if not form.is_valid():
        context = _context(request, survey) | {"kiosk_form" if is_kiosk else "form": form}
        return render(request, "surveys/survey_share.html", context, status=422)
    kind = form.cleaned_data["kind"] or CollectorKind.QR
    try:
        create_collector(
            survey=survey,
            kind=kind,
            place=form.cleaned_data["place"],
            name=form.cleaned_data["name"],
            actor=request.user,
        )
    except WrongState:
        messages.error(request, _("Take the survey out of the archive first"))
    except PlaceArchived:  # since the form was looked at
        messages.error(request, _("This place is archived: choose another one"))
    else:
        messages.success(request, _created(kind))
    return redirect("surveys:survey-share", request.organisation.slug, survey.pk)


@require_POST
@member("manager")
def collector_state(request: MemberRequest, pk: str) -> HttpResponse:
    """Open or close one door."""
    collector = get_within(request.organisation, Collector, pk)
    is_open = request.POST.get("open") == "on"
    set_open(collector=collector, is_open=is_open, actor=request.user)
    messages.success(request, _("It takes answers") if is_open else _("It takes no more answers"))
    return redirect("surveys:survey-share", request.organisation.slug, collector.survey_id)


@require_safe
@member("viewer")
def collector_picture(request: MemberRequest, pk: str, suffix: str) -> HttpResponse:
    """The door's address as a QR code, to look at or (with ?download) to keep."""
    collector = get_within(request.organisation, Collector, pk)
    try:
        picture = artefact(QR, collector_url(collector), format=suffix)
    except NothingToPublish as error:
        raise Http404 from error
    response = HttpResponse(picture.content, content_type=picture.media_type)
    if "download" in request.GET:
        name = f"qr-{collector.code.lower()}.{suffix}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _created(kind: str) -> str:
    said = {
        CollectorKind.QR: _("QR code created"),
        CollectorKind.LINK: _("Link created"),
        CollectorKind.KIOSK: _("Kiosk created"),
        CollectorKind.WIDGET: _("Website button created"),
    }
    return said[CollectorKind(kind)]


def _form(
    request: MemberRequest, kind: type[PlacementForm], sent: QueryDict | None = None
) -> PlacementForm:
    form = kind(sent)
    form.fields["place"].queryset = places(request.organisation)  # type: ignore[attr-defined]
    return form


def _context(request: MemberRequest, survey: Survey) -> dict[str, object]:
    doors = [
        {
            "collector": row,
            "url": url,
            "short": _short(url),
            "line": artefact(WEB, url).content.decode(),
        }
        for row in collectors(request.organisation, survey)
        for url in [collector_url(row)]
    ]
    return {
        "survey": survey,
        "links": [door for door in doors if _kind(door) == CollectorKind.LINK],
        "placements": [door for door in doors if _kind(door) == CollectorKind.QR],
        "kiosks": [door for door in doors if _kind(door) == CollectorKind.KIOSK],
        "widgets": [door for door in doors if _kind(door) == CollectorKind.WIDGET],
        "form": _form(request, PlacementForm),
        "kiosk_form": _form(request, KioskForm),
        "is_only_here": is_only_here(settings.SHORT_URL),
        "may_edit": request.membership.may("manager"),
        "is_published": survey.current_version_id is not None,
    }


def _kind(door: dict[str, object]) -> str:
    collector = door["collector"]
    return collector.kind if isinstance(collector, Collector) else ""


def _short(url: str) -> str:
    """The address as people type it."""
    return url.split("://", 1)[1].lower()
