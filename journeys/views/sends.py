"""Sending by hand: list, composer, progress."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member
from accounts.models import User
from channels_out.exceptions import OneWaySender
from contacts.queries.contacts import contacts
from cxhub.lib.ordering import ordering
from journeys.actions.pausing import cancel_send, pause_send, resume_send
from journeys.actions.sends import COUNTED, Preview, check_send, preview_send, start_send
from journeys.enums import SendState
from journeys.exceptions import EmptyAudience, NoChannel, NotAConversation, SurveyNotLive
from journeys.forms import SMS, SendForm
from journeys.models import Send
from journeys.queries import samples
from journeys.queries import sends as send_queries
from journeys.queries.decisions import Decision
from journeys.queries.sends import ReasonCount

PAGE = 30
TYPED_ABOVE = 5_000
SHOWN_NOT_ASKED = 100
STOP_POLLING = 286
REFUSALS = (SurveyNotLive, NoChannel, OneWaySender, NotAConversation, EmptyAudience)


@dataclass(frozen=True)
class Composed:
    """What the composer shows beside the form: who is asked, and what they read."""

    preview: Preview
    sample: samples.Sample | None
    refusal: str = ""
    counted: int = COUNTED

    @property
    def reasons(self) -> list[ReasonCount]:
        return [ReasonCount(name, n) for name, n in self.preview.suppressed.most_common()]

    @property
    def people(self) -> list[tuple[str, list[Decision]]]:
        """Those who are not asked now, under the words of their reason."""
        found = self.preview.people.items()
        return [(ReasonCount(reason, len(rows)).label, rows) for reason, rows in found]

    @property
    def is_large(self) -> bool:
        return self.preview.asked > TYPED_ABOVE

    @property
    def is_sendable(self) -> bool:
        """Where numbers are estimates, about nobody may still be somebody."""
        return not self.refusal and (self.preview.asked > 0 or self.preview.is_estimate)


@require_GET
@member("viewer")
def send_list(request: MemberRequest) -> HttpResponse:
    """Sends, newest first unless asked otherwise, with how many were asked and have answered."""
    order = ordering(request.GET.get("sort", ""), send_queries.COLUMNS)
    last = send_queries.send_in_list(request.organisation, request.GET.get("before", ""))
    found = send_queries.sends_after(request.organisation, order, last)[: PAGE + 1]
    shown = list(found)[:PAGE]
    context = {
        "rows": send_queries.send_rows(request.organisation, shown),
        "order": order,
        "next_url": order.url(before=shown[-1].pk) if len(found) > PAGE else "",
        "can_send": request.membership.may("manager"),
    }
    return render(request, "journeys/send_list.html", context)


@require_http_methods(["GET", "POST"])
@member("manager")
def send_create(request: MemberRequest) -> HttpResponse:
    """Compose: whom, what, how. Nothing leaves before the button that names the number."""
    form = SendForm(
        request.POST or None, organisation=request.organisation, initial=_initial(request)
    )
    if request.method == "POST" and form.is_valid() and request.POST.get("action") == "send":
        return _send(request, form)
    if request.POST.get("action") == "search":
        form = SendForm(organisation=request.organisation, initial=_typed(request))
    if not form.is_bound and form.surveys:
        form = _counted(request, form)
    return _composer(request, form, status=422 if form.errors else 200)


@require_POST
@member("manager")
def send_preview(request: MemberRequest) -> HttpResponse:
    """The part of the composer that says who is asked, for the form as it is now."""
    form = SendForm(request.POST, organisation=request.organisation)
    context = {"form": form, "composed": _compose(request, form) if form.is_valid() else None}
    return render(request, "journeys/_preview.html", context)


@require_GET
@member("viewer")
def send_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """One send: how far it is, and who was not asked."""
    send = _found(request, pk)
    context = {
        **_progress(request, send),
        "not_asked": send_queries.not_asked(request.organisation, send)[:SHOWN_NOT_ASKED],
    }
    return render(request, "journeys/send_detail.html", context)


@require_GET
@member("viewer")
def send_progress(request: MemberRequest, pk: str) -> HttpResponse:
    """The numbers alone, asked for every two seconds while they move."""
    context = {**_progress(request, _found(request, pk)), "is_fragment": True}
    status = 200 if context["is_moving"] else STOP_POLLING
    return render(request, "journeys/_progress.html", context, status=status)


@require_POST
@member("manager")
def send_cancel(request: MemberRequest, pk: str) -> HttpResponse:
    """Stop: nobody else is asked."""
    send = cancel_send(send=_found(request, pk), actor=_actor(request))
    messages.success(request, _("Nobody else is asked by this send"))
    return redirect("journeys:send-detail", request.organisation.slug, send.pk)


@require_POST
@member("manager")
def send_pause(request: MemberRequest, pk: str) -> HttpResponse:
    """Hold: nothing else leaves until somebody resumes."""
    send = pause_send(send=_found(request, pk), actor=_actor(request))
    if send.state == SendState.PAUSED:
        messages.success(request, _("The send is paused"))
    return redirect("journeys:send-detail", request.organisation.slug, send.pk)


@require_POST
@member("manager")
def send_resume(request: MemberRequest, pk: str) -> HttpResponse:
    """Go on with what was held."""
    send = resume_send(send=_found(request, pk), actor=_actor(request))
    if send.state != SendState.CANCELLED:
        messages.success(request, _("The send goes on"))
    return redirect("journeys:send-detail", request.organisation.slug, send.pk)


def _send(request: MemberRequest, form: SendForm) -> HttpResponse:
    """Start, unless the number has changed since it was shown."""
    composed = _compose(request, form)
    if not composed.is_sendable:
        return _composer(request, form, composed, status=422)
    asked = str(composed.preview.asked)
    if request.POST.get("seen") != asked:
        form.add_error(None, _("The number of people has changed: check it and send again"))
        return _composer(request, form, composed, status=422)
    if composed.is_large and "".join(request.POST.get("typed", "").split()) != asked:
        form.add_error(None, _("Type the number of people to send to so many"))
        return _composer(request, form, composed, status=422)
    send = start_send(
        organisation=request.organisation,
        survey=form.chosen_survey,
        channel_kind=form.cleaned_data["channel"],
        audience=form.chosen_audience,
        created_by=_actor(request),
        mode=form.chosen_mode,
        form_id=form.cleaned_data["form_id"],
    )
    messages.success(request, _("The send has started"))
    return redirect("journeys:send-detail", request.organisation.slug, send.pk)


def _initial(request: MemberRequest) -> dict[str, object]:
    """What a link from a survey or a contact has already chosen."""
    initial: dict[str, object] = {}
    if survey := request.GET.get("survey"):
        initial["survey"] = survey
    if contact := request.GET.get("contact"):
        initial |= {"audience": "contacts", "contacts": [contact]}
    return initial


def _typed(request: MemberRequest) -> dict[str, object]:
    """The form as it is, before anything is asked to be complete."""
    return {**request.POST.dict(), "contacts": request.POST.getlist("contacts")}


def _counted(request: MemberRequest, form: SendForm) -> SendForm:
    """The untouched form as if it had been sent, so that its choices can be counted."""
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values["survey"] = values["survey"] or next(iter(form.surveys))
    filled = {name: value for name, value in values.items() if value is not None}
    counted = SendForm(filled, organisation=request.organisation)
    return counted if counted.is_valid() else form


def _compose(request: MemberRequest, form: SendForm) -> Composed:
    survey, channel = form.chosen_survey, form.cleaned_data["channel"]
    refusal = ""
    sample = None
    try:
        sender = check_send(request.organisation, survey, channel, form.chosen_mode)
        if channel == SMS:
            sample = samples.sms_sample(
                request.organisation, survey, two_way=sender.two_way, mode=form.chosen_mode
            )
        else:
            sample = samples.mail_sample(request.organisation, survey)
    except REFUSALS as error:
        refusal = _words(error)
    preview = preview_send(
        organisation=request.organisation,
        survey=survey,
        channel_kind=channel,
        audience=form.chosen_audience,
    )
    return Composed(preview, sample, refusal)


def _composer(
    request: MemberRequest, form: SendForm, composed: Composed | None = None, status: int = 200
) -> HttpResponse:
    if composed is None and form.is_bound and form.is_valid():
        composed = _compose(request, form)
    context = {"form": form, "composed": composed, "has_surveys": bool(form.surveys)}
    context["has_contacts"] = bool(form.errors) or contacts(request.organisation).exists()
    return render(request, "journeys/send_create.html", context, status=status)


def _progress(request: MemberRequest, send: Send) -> dict[str, object]:
    progress = send_queries.progress(request.organisation, send)
    is_over = send_queries.is_over(send)
    is_open = send.state != SendState.CANCELLED and (not is_over or progress.waiting > 0)
    can_stop = request.membership.may("manager") and is_open
    return {
        "send": send,
        "progress": progress,
        "is_moving": progress.is_moving or not is_over,
        "shown_state": "running" if is_over and progress.waiting else send.state,
        "is_paused": send.state == SendState.PAUSED,
        "can_cancel": can_stop,
    }


def _actor(request: MemberRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _found(request: MemberRequest, pk: str) -> Send:
    send = send_queries.send_by_id(request.organisation, pk)
    if send is None:
        raise Http404
    return send


def _words(error: Exception) -> str:
    words = {
        SurveyNotLive: _("This survey is not live any more. Choose another one"),
        NoChannel: _("No sender is set up for this channel. Set one up in the settings"),
        OneWaySender: _("This sender cannot receive replies. Choose “By a link in the text”"),
        NotAConversation: _(
            "Only a survey that begins with a score from 0 to 10 is answered by replying. "
            "Choose “By a link in the text”"
        ),
    }
    return words[type(error)]
