"""The settings of channels: what is set up, whether it works, a test."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, get_within, member
from channels_out import forms
from channels_out.actions.channels import (
    create_channel,
    reopen_channel,
    send_test,
    update_channel,
)
from channels_out.actions.checks import QUIET_HOURS, TERRITORY
from channels_out.actions.configuration import config_of, provider_of
from channels_out.enums import FailureReason
from channels_out.exceptions import TestRefused, TooManyTests, UnknownKind
from channels_out.kinds import KINDS
from channels_out.kinds.base import Kind, Provider
from channels_out.kinds.loop import run_in_loop
from channels_out.models import Channel
from channels_out.queries import channels as channel_queries
from channels_out.queries.messages import last_sent
from cxhub.lib.ids import parse_uuid
from cxhub.lib.tenancy import tenant


@dataclass(frozen=True)
class Card:
    """A channel as the list shows it."""

    channel: Channel
    kind: Kind
    provider: Provider | None
    description: str
    state: str
    reason: str
    last_sent_at: datetime | None
    asks_for_a_number: bool


@require_safe
@member("manager")
def channel_list(request: MemberRequest) -> HttpResponse:
    """Every channel with its state, and what may be added."""
    rows = list(channel_queries.channels(request.organisation))
    rows.sort(key=lambda row: not KINDS[row.kind].providers)  # those with settings first
    sent = last_sent(request.organisation, rows)
    context = {
        "cards": [_card(row, sent.get(row.pk)) for row in rows],
        "offers": _offers(),
        "has_simulator": settings.CXHUB_SIMULATOR,
    }
    return render(request, "channels_out/channel_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager", in_transaction=False)
def channel_create(request: MemberRequest, kind: str, provider: str) -> HttpResponse:
    """Set a channel of a provider up; its server's name is looked up before the transaction."""
    found = _offered(kind, provider)
    posted = request.POST or None
    details = forms.DetailsForm(posted, initial={"name": str(KINDS[kind].label)})
    form = forms.provider_form(found, posted=posted)
    if request.method == "POST":
        forms.refuse_internal_host(form)
    with tenant(request.organisation.pk):
        if request.method == "POST" and details.is_valid() and form.is_valid():
            create_channel(
                organisation=request.organisation,
                kind=kind,
                provider=provider,
                name=details.cleaned_data["name"],
                sender=form.cleaned_data.get("sender", ""),
                credentials=form.credentials(),
                options=form.options(),
                is_default=details.cleaned_data["is_default"],
            )
            messages.success(request, _("Channel added"))
            return redirect("channels_out:channel-list", request.organisation.slug)
        return _form_page(request, KINDS[kind], found, details, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member("manager", in_transaction=False)
def channel_edit(request: MemberRequest, pk: str) -> HttpResponse:
    """Change a channel; secrets can be written and never read."""
    with tenant(request.organisation.pk):
        channel = _channel(request, pk)
    provider = _provider_or_404(channel)
    posted = request.POST or None
    details = forms.ActiveDetailsForm(
        posted,
        initial={
            "name": channel.name,
            "is_default": channel.is_default,
            "is_active": channel.is_active,
        },
    )
    form = forms.provider_form(provider, channel, posted)
    if request.method == "POST":
        forms.refuse_internal_host(form)
    with tenant(request.organisation.pk):
        if request.method == "POST" and details.is_valid() and form.is_valid():
            update_channel(
                channel=_channel(request, pk),
                sender=form.cleaned_data.get("sender", ""),
                credentials=form.credentials(),
                options=form.options(),
                **details.cleaned_data,
            )
            messages.success(request, _("Channel saved"))
            return redirect("channels_out:channel-list", request.organisation.slug)
        return _form_page(request, KINDS[channel.kind], provider, details, form, channel)


@require_POST
@member("manager")
def channel_test(request: MemberRequest, pk: str) -> HttpResponse:
    """Send me a test: to my own address, or to the mobile number I type."""
    channel = _channel(request, pk)
    _provider_or_404(channel)
    to = request.user.email
    if forms.asks_for_a_number(channel):
        form = forms.TestForm(request.POST, region=request.organisation.country)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for error in form.errors["to"]))
            return redirect("channels_out:channel-list", request.organisation.slug)
        to = form.cleaned_data["to"]
    try:
        send_test(channel=channel, to=to, user=request.user)
    except TooManyTests:
        messages.error(request, _("Ten tests an hour are the limit: try again later"))
    except TestRefused as error:
        messages.error(request, _refusal(error.reason))
    else:
        messages.success(request, _("Test sent to %(address)s") % {"address": to})
    return redirect("channels_out:channel-list", request.organisation.slug)


@require_POST
@member("manager", in_transaction=False)
def channel_check(request: MemberRequest, pk: str) -> HttpResponse:
    """Ask the provider whether the settings work, and let waiting messages go if they do."""
    with tenant(request.organisation.pk):
        channel = _channel(request, pk)
    sender = _provider_or_404(channel).sender
    problem = run_in_loop(sender.check(config_of(channel)))
    if problem is None:
        with tenant(request.organisation.pk):
            reopen_channel(channel=channel)
        messages.success(request, _("%(channel)s works") % {"channel": channel.name})
    else:
        reason = FailureReason(problem.reason).label
        messages.error(request, f"{channel.name}: {reason}")
    return redirect("channels_out:channel-list", request.organisation.slug)


def _refusal(reason: str) -> str:
    """Why a test does not leave."""
    if reason == QUIET_HOURS:
        return _("No test at this hour: texts leave from Monday to Saturday, 8:00 to 20:00.")
    if reason == TERRITORY:
        return _("This channel does not write to numbers of that country.")
    return _("Whoever has this number has asked not to be written to.")


def _card(channel: Channel, last_sent_at: datetime | None) -> Card:
    kind = KINDS[channel.kind]
    provider = kind.providers.get(channel.provider)
    is_held = channel.breaker_open_until is not None
    state = "paused" if is_held else "live" if channel.is_active else "off"
    if provider is not None and provider.is_simulator and not settings.CXHUB_SIMULATOR:
        state = "off"
    reason = channel.breaker_reason if is_held else ""
    return Card(
        channel=channel,
        kind=kind,
        provider=provider,
        description=provider.describe(config_of(channel)) if provider else "",
        state=state,
        reason=str(FailureReason(reason).label) if reason in FailureReason.values else reason,
        last_sent_at=last_sent_at,
        asks_for_a_number=forms.asks_for_a_number(channel),
    )


def _offers() -> list[tuple[Kind, Provider]]:
    return [
        (kind, provider)
        for kind in KINDS.values()
        for provider in kind.providers.values()
        if settings.CXHUB_SIMULATOR or not provider.is_simulator
    ]


def _offered(kind: str, provider: str) -> Provider:
    offered = {(k.slug, p.slug): p for k, p in _offers()}
    if (kind, provider) not in offered:
        raise Http404
    return offered[kind, provider]


def _channel(request: MemberRequest, pk: str) -> Channel:
    parsed = parse_uuid(pk)
    if parsed is None:
        raise Http404
    return get_within(request.organisation, Channel, parsed)


def _provider_or_404(channel: Channel) -> Provider:
    try:
        return provider_of(channel)
    except UnknownKind as error:
        raise Http404 from error


def _form_page(
    request: MemberRequest,
    kind: Kind,
    provider: Provider,
    details: forms.DetailsForm,
    form: Form,
    channel: Channel | None = None,
) -> HttpResponse:
    is_wrong = bool(details.errors or form.errors)
    context = {
        "kind": kind,
        "provider": provider,
        "details": details,
        "form": form,
        "channel": channel,
    }
    return render(
        request, "channels_out/channel_form.html", context, status=422 if is_wrong else 200
    )
