"""The wish to be called back that a customer adds to a bad score, on his thank-you page."""

from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.enums import IdentityKind
from contacts.models import Identity
from cxhub.lib import emails, phones
from cxhub.lib.tenancy import tenant
from events.actions.outbox import publish
from surveys.actions.responses import Door
from surveys.enums import ResponseState
from surveys.models import Response
from surveys.queries.answered import thanked_behind
from surveys.queries.openings import Opening

Kind = Literal["asked", "unknown", "nowhere", "unreachable"]

REACHED_BY = (IdentityKind.EMAIL, IdentityKind.PHONE)


def consent_wording(brand: str) -> str:
    """What the customer agrees to, as the page says it in the language that is active."""
    return _(
        "By asking, you agree that %(brand)s uses it to get back to you about this answer, "
        "and for nothing else."
    ) % {"brand": brand}


def ask_callback(
    *, opening: Opening, door: Door, submission_id: str | None, way: str, wording: str
) -> Kind:
    """Note once that the customer wishes to be called back about the answer he just gave.

    The answer is the one of a personal link, or the one whose sheet the browser holds. Opens the
    tenant itself: the door names it. The same wish again changes nothing; another number or
    address takes the place of the one before, so that a mistake can be put right. With an answer
    that waits until it counts the wish waits too: the event that completes it tells of both.
    """
    with tenant(opening.organisation_id):
        rows = thanked_behind(opening, door.token_hash, submission_id)
        held = rows.select_for_update(of=("self",), no_key=True).select_related("organisation")
        response = held.first()
        if response is None:
            return "unknown"
        return _ask(response, way.strip(), wording)


def _ask(response: Response, typed: str, wording: str) -> Kind:
    if not typed and not _is_known(response):
        return "nowhere"
    try:
        way = _read(typed, response.organisation.country) if typed else ""
    except (emails.EmailError, phones.PhoneError):
        return "unreachable"
    if response.callback_at is None or response.callback_way != way:
        _note(response, way, wording)
    return "asked"


@transaction.atomic
def _note(response: Response, way: str, wording: str) -> None:
    response.callback_at = response.callback_at or timezone.now()
    response.callback_way = way
    response.save(update_fields=["callback_at", "callback_way"])
    if response.state == ResponseState.COMPLETED:
        publish(
            organisation=response.organisation_id,
            kind="response.callback_asked",
            payload={"response": str(response.pk), "wording": wording},
        )


def _is_known(response: Response) -> bool:
    """Whether there is a number or an address to use when the customer names none."""
    rows = Identity.objects.within(response.organisation_id)
    return (
        response.contact_id is not None
        and rows.filter(contact=response.contact_id, kind__in=REACHED_BY).exists()
    )


def _read(typed: str, country: str) -> str:
    """An address or a number that reaches somebody, in its one spelling."""
    return emails.normalise(typed) if "@" in typed else phones.normalise(typed, country)
