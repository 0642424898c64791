"""The organisation's customers: list, card, form."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member
from contacts.actions.consent import set_survey_consents
from contacts.actions.contacts import save_contact
from contacts.exceptions import ContactRefused
from contacts.forms import DEFAULT_WORDING, ContactForm, initial_of
from contacts.models import Contact
from contacts.queries import contacts as contact_queries
from cxhub.lib.ordering import ordering

PAGE = 50


@require_GET
@member("viewer")
def contact_list(request: MemberRequest) -> HttpResponse:
    """Customers, newest first unless asked otherwise, with what may be sent to them."""
    search = request.GET.get("q", "").strip()[:100]
    order = ordering(request.GET.get("sort", ""), contact_queries.COLUMNS, {"q": search})
    last = contact_queries.contact_by_id(request.organisation, request.GET.get("before", ""))
    rows = contact_queries.contacts_after(request.organisation, order, last, search, PAGE + 1)
    shown = rows[:PAGE]
    context = {
        "search": search,
        "order": order,
        "next_url": order.url(before=shown[-1].pk) if len(rows) > PAGE else "",
        "cards": contact_queries.cards(request.organisation, shown),
        "is_further": last is not None,
        "can_edit": request.membership.may("agent"),
    }
    return render(request, "contacts/list.html", context)


@require_GET
@member("viewer")
def contact_detail(request: MemberRequest, pk: str) -> HttpResponse:
    """One customer: addresses, consent with its proof, what was asked."""
    contact = _contact(request, pk)
    context = {
        "card": contact_queries.cards(request.organisation, [contact])[0],
        "history": contact_queries.consent_history(request.organisation, contact),
        "can_edit": request.membership.may("agent"),
        "can_send": request.membership.may("manager"),
    }
    return render(request, "contacts/detail.html", context)


@require_http_methods(["GET", "POST"])
@member("agent")
def contact_create(request: MemberRequest) -> HttpResponse:
    """A new customer by hand; no consent box is ticked beforehand."""
    form = ContactForm(
        request.POST or None,
        organisation=request.organisation,
        initial={"wording": DEFAULT_WORDING},
    )
    if request.method == "POST" and form.is_valid():
        contact = _save(request, form, None)
        if contact is not None:
            messages.success(request, _("Contact added"))
            return redirect("contacts:contact-detail", request.organisation.slug, contact.pk)
    return _form_page(request, form, None)


@require_http_methods(["GET", "POST"])
@member("agent")
def contact_edit(request: MemberRequest, pk: str) -> HttpResponse:
    """Correct a customer's details and note his consent."""
    contact = _contact(request, pk)
    consented = contact_queries.consented_channels(request.organisation, contact)
    wording = contact_queries.latest_wording(request.organisation, contact) or DEFAULT_WORDING
    form = ContactForm(
        request.POST or None,
        organisation=request.organisation,
        initial=initial_of(contact, consented, str(wording)),
    )
    if request.method == "POST" and form.is_valid() and _save(request, form, contact):
        messages.success(request, _("Contact saved"))
        return redirect("contacts:contact-detail", request.organisation.slug, contact.pk)
    return _form_page(request, form, contact)


def _contact(request: MemberRequest, pk: str) -> Contact:
    contact = contact_queries.contact_by_id(request.organisation, pk)
    if contact is None:
        raise Http404
    return contact


def _save(request: MemberRequest, form: ContactForm, contact: Contact | None) -> Contact | None:
    """Save card and consents together; a refusal goes to its field and saves nothing."""
    known = contact.attributes if contact else {}
    try:
        with transaction.atomic():
            saved = save_contact(
                organisation=request.organisation, contact=contact, **form.details(known)
            )
            set_survey_consents(
                organisation=request.organisation,
                contact=saved,
                channels=form.channels(),
                wording=form.cleaned_data["wording"].strip(),
                actor_label=str(request.user),
            )
    except ContactRefused as error:
        form.refuse(error)
        return None
    return saved


def _form_page(request: HttpRequest, form: ContactForm, contact: Contact | None) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "contact": contact}
    return render(request, "contacts/form.html", context, status=status)
