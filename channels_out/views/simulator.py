"""The fake telephone and the fake mailbox, where every message of a trial arrives."""

import json
from functools import wraps
from typing import cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access import View, public, signed_in
from accounts.models import Organisation, User
from accounts.queries.memberships import memberships_of
from channels_out.actions.simulator import ledger, text_in
from channels_out.queries.simulator import Desk, address_of, as_json, desk, mail_page
from cxhub.lib.tenancy import tenant

CONTRACT = "Tests and demonstrations read and write here; switched off outside the simulator."
MAX_LISTED = 500


def only_simulated(view: View) -> View:
    """404 where the simulator is switched off: a real installation has no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.CXHUB_SIMULATOR:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@signed_in
@only_simulated
def simulator(request: HttpRequest) -> HttpResponse:
    """Telephone and mailbox of one person, or of everybody."""
    return render(request, "channels_out/simulator.html", {"desk": _desk(request)})


@require_safe
@signed_in
@only_simulated
def simulator_changes(request: HttpRequest) -> HttpResponse:
    """What has arrived since the page was drawn; 204 when nothing has."""
    found = _desk(request)
    if str(found.latest) == request.GET.get("after"):
        return HttpResponse(status=204)
    return render(request, "channels_out/_simulator_changes.html", {"desk": found})


@require_safe
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "connect-src": [NONE],
        "frame-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": [SELF, settings.SITE_URL, "data:"],
        "form-action": [NONE],
    }
)
@signed_in
@only_simulated
def simulator_mail(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML of one mail, alone in its frame; its links open outside of it."""
    entry = _desk(request).mail(number)
    if entry is None:
        raise Http404
    return HttpResponse(mail_page(entry))


@require_POST
@signed_in
@only_simulated
def simulator_reply(request: HttpRequest) -> HttpResponse:
    """Answer from the fake telephone."""
    found = _desk(request)
    text = request.POST.get("text", "").strip()
    if text and found.number:
        text_in(
            sender=found.number,
            to=request.POST.get("to", ""),
            text=text,
            organisation_id=found.organisation.pk,
        )
    query = {"organisation": found.organisation.slug, "person": found.person}
    return redirect(f"{reverse('channels_out:simulator')}?{urlencode(query)}")


@require_GET
@public(CONTRACT)
@only_simulated
def simulator_messages(request: HttpRequest) -> JsonResponse:
    """What was "sent", newest first: `?to=` an address or a number."""
    to = address_of(request.GET.get("to", ""))
    entries = ledger().messages(to=to or None, limit=MAX_LISTED)
    return JsonResponse([as_json(entry) for entry in entries], safe=False)


@csrf_exempt
@require_POST
@public(CONTRACT)
@only_simulated
def simulator_sms(request: HttpRequest) -> JsonResponse:
    """A text from a fake telephone: {"from", "to", "text"}."""
    try:
        body = json.loads(request.body)
        sender, to, text = (str(body[name]) for name in ("from", "to", "text"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"code": "invalid_body"}, status=400)
    inbound = text_in(sender=address_of(sender), to=to.strip(), text=text)
    if inbound is None:
        return JsonResponse({"code": "unknown_number"}, status=404)
    return JsonResponse({"id": str(inbound.pk)}, status=201)


def _desk(request: HttpRequest) -> Desk:
    user = cast(User, request.user)
    organisations = [m.organisation for m in memberships_of(user)]
    if not organisations:
        raise Http404
    wanted = request.POST.get("organisation") or request.GET.get("organisation", "")
    chosen = _chosen(organisations, wanted)
    with tenant(chosen.pk):
        return desk(
            ledger(),
            chosen,
            organisations,
            person=request.POST.get("person") or request.GET.get("person", ""),
            own_address=user.email,
            mail_number=request.GET.get("mail", ""),
            everybody=_("Everybody"),
        )


def _chosen(organisations: list[Organisation], slug: str) -> Organisation:
    return next((o for o in organisations if o.slug == slug), organisations[0])
