"""What every endpoint that takes a customer shares: his shape, and what is refused of him."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from contacts.actions.contacts import MAX_EXTERNAL, MAX_NAME, ConsentGiven, ContactDetails
from contacts.enums import ADDRESS_KINDS, ConsentPurpose
from contacts.exceptions import (
    AmbiguousContact,
    ContactRefused,
    IdentityTaken,
    NothingIdentifies,
)
from cxhub.lib.problems import Problem
from cxhub.lib.shapes import StrictSerializer


class ConsentShape(StrictSerializer):
    """A consent that the customer gave, with the words he agreed to."""

    channel = serializers.ChoiceField(choices=sorted(ADDRESS_KINDS))
    purpose = serializers.ChoiceField(choices=ConsentPurpose.values, default=ConsentPurpose.SURVEY)
    wording = serializers.CharField(max_length=2000, allow_blank=True, default="")
    language = serializers.CharField(max_length=20, allow_blank=True, default="")


class ContactShape(StrictSerializer):
    """A customer as a client knows him; what is left out stays as it is."""

    external_id = serializers.CharField(max_length=MAX_EXTERNAL, required=False, allow_null=True)
    email = serializers.CharField(max_length=320, required=False, allow_null=True)
    phone = serializers.CharField(max_length=60, required=False, allow_null=True)
    name = serializers.CharField(
        max_length=MAX_NAME, required=False, allow_blank=True, allow_null=True
    )
    language = serializers.CharField(
        max_length=20, required=False, allow_blank=True, allow_null=True
    )
    attributes = serializers.DictField(required=False)
    consents = ConsentShape(many=True, required=False)


def details_of(values: dict[str, Any]) -> ContactDetails:
    """A request's object as the action takes it."""
    names = ("external_id", "email", "phone", "name", "language", "attributes")
    consents = [ConsentGiven(**consent) for consent in values.get("consents", [])]
    return ContactDetails(**{name: values.get(name) for name in names}, consents=consents)


def problem_of(
    error: ContactRefused | AmbiguousContact | NothingIdentifies, prefix: str = ""
) -> Problem:
    """What a client reads when a contact is refused."""
    if isinstance(error, AmbiguousContact):
        detail = _("The identities given belong to different contacts.")
        return Problem(409, "ambiguous_contact", detail)
    if isinstance(error, NothingIdentifies):
        detail = _("Send an external_id, an email or a phone.")
        return Problem(400, "identity_required", detail)
    if isinstance(error, IdentityTaken):
        detail = _("Another contact has this identity.")
        status, code = 409, "identity_taken"
    else:
        detail = _("Correct the fields listed in errors.")
        status, code = 400, f"{error.field}_{error.code}"
    at_fault = {"path": f"{prefix}{error.field}", "code": error.code, "message": detail}
    return Problem(status, code, detail, errors=[at_fault])
