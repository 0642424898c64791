"""The contacts of an organisation over the API."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.endpoints import KeyRequest, endpoint
from contacts.actions.contacts import upsert_contact
from contacts.endpoints import ContactShape, details_of, problem_of
from contacts.enums import ConsentSource
from contacts.exceptions import AmbiguousContact, ContactRefused, NothingIdentifies
from contacts.models import Contact
from contacts.queries import contacts as contact_queries
from contacts.queries.contacts import Card
from cxhub.lib.cursors import paginate
from cxhub.lib.shapes import QueryShape, read, read_query


class ConsentStateShape(serializers.Serializer[Any]):
    """What is in force on one channel, for surveys."""

    channel = serializers.CharField()
    consent = serializers.CharField()
    is_stopped = serializers.BooleanField()


class ContactBody(serializers.Serializer[Any]):
    """A contact as it is returned."""

    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    language = serializers.CharField()
    attributes = serializers.DictField()
    channels = ConsentStateShape(many=True)
    created_at = serializers.DateTimeField()


class ContactPage(serializers.Serializer[Any]):
    """One page of contacts."""

    results = ContactBody(many=True)
    next = serializers.URLField(allow_null=True)


class ContactFilters(QueryShape):
    """How the list can be narrowed."""

    search = serializers.CharField(max_length=100, required=False)


@extend_schema(
    methods=["GET"],
    parameters=[ContactFilters],
    responses=ContactPage,
    operation_id="contacts_list",
)
@extend_schema(
    methods=["POST"],
    request=ContactShape,
    responses={200: ContactBody, 201: ContactBody},
    operation_id="contacts_upsert",
)
@endpoint("GET", "POST", scope="contacts")
def contact_collection(request: KeyRequest) -> Response:
    """The customers; POST finds one by external ID, email or phone, or creates him."""
    organisation = request.auth.organisation
    if request.method == "POST":
        contact, is_new = upserted(request, read(request, ContactShape))
        return Response(_body(request, contact), status=201 if is_new else 200)
    filters = read_query(request, ContactFilters)
    found = contact_queries.contacts(organisation, filters.get("search", ""))
    rows, next_url = paginate(request, found, ("-created_at", "-id"))
    results = [_card_body(card) for card in contact_queries.cards(organisation, rows)]
    return Response({"results": results, "next": next_url})


@extend_schema(responses=ContactBody, operation_id="contacts_read")
@endpoint("GET", scope="contacts")
def contact_resource(request: KeyRequest, pk: str) -> Response:
    """One customer."""
    contact = contact_queries.contact_by_id(request.auth.organisation, pk)
    if contact is None:
        raise Http404
    return Response(_body(request, contact))


def upserted(request: KeyRequest, values: dict[str, Any]) -> tuple[Contact, bool]:
    """Call the action, and say in problem+json what it refuses."""
    try:
        return upsert_contact(
            organisation=request.auth.organisation,
            details=details_of(values),
            source=ConsentSource.API,
            actor_label=request.auth.name,
        )
    except (ContactRefused, AmbiguousContact, NothingIdentifies) as error:
        raise problem_of(error) from error


def _body(request: KeyRequest, contact: Contact) -> dict[str, Any]:
    fresh = contact_queries.contact_by_id(request.auth.organisation, str(contact.pk))
    return _card_body(contact_queries.cards(request.auth.organisation, [fresh or contact])[0])


def _card_body(card: Card) -> dict[str, Any]:
    contact = card.contact
    return {
        "id": str(contact.pk),
        "external_id": card.external_id or None,
        "email": card.email or None,
        "phone": card.phone or None,
        "name": contact.name,
        "language": contact.language,
        "attributes": contact.attributes,
        "channels": [
            {
                "channel": standing.channel,
                "consent": standing.consent or "unknown",
                "is_stopped": bool(standing.stop_reason),
            }
            for standing in card.standings
        ],
        "created_at": contact.created_at.isoformat(),
    }
