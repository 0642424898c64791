"""Keeping customers."""

import pytest

from contacts.actions.contacts import ConsentGiven, ContactDetails, save_contact, upsert_contact
from contacts.exceptions import (
    AmbiguousContact,
    AttributesRefused,
    ContactRefused,
    EmailRefused,
    IdentityTaken,
    NothingIdentifies,
    PhoneRefused,
)
from contacts.models import ConsentEvent, Contact, Identity
from contacts.queries.contacts import identities
from cxhub.lib.tenancy import tenant
from tests.factories.contacts import ContactFactory, IdentityFactory


def held(contact):
    return identities(Contact.objects.get(pk=contact.pk))


def test_save_contact_keeps_one_spelling_of_each_identity(organisation):
    contact = save_contact(
        organisation=organisation,
        contact=None,
        name="  Zoë   Martin ",
        language="fr_FR",
        email=" Zoe.Martin@Example.ORG ",
        phone="06 39 98 00 01",
        external_id=" C-17 ",
        attributes={"city": "Rouen", "orders": 3},
    )

    assert (contact.name, contact.language) == ("Zoë Martin", "fr")
    assert contact.attributes == {"city": "Rouen", "orders": 3}
    assert held(contact) == {
        "email": "zoe.martin@example.org",
        "phone": "+33639980001",
        "external": "C-17",
    }


def test_save_contact_makes_a_contact_exactly_what_is_given(organisation):
    contact = save_contact(
        organisation=organisation, contact=None, email="a@example.org", phone="+33639980001"
    )

    save_contact(organisation=organisation, contact=contact, email="b@example.org")

    assert held(contact) == {"email": "b@example.org"}


@pytest.mark.parametrize(
    ("details", "error", "field", "code"),
    [
        ({"email": "not an address"}, EmailRefused, "email", "invalid"),
        ({"phone": "0899 12 34 56"}, PhoneRefused, "phone", "premium_rate"),
        ({"phone": "12"}, PhoneRefused, "phone", "invalid"),
        ({"email": "a@example.org", "name": "x" * 121}, ContactRefused, "name", "too_long"),
        (
            {"email": "a@example.org", "attributes": {"a": ["b"]}},
            AttributesRefused,
            "attributes",
            "not_flat",
        ),
    ],
)
def test_save_contact_refuses_what_cannot_be_used(organisation, details, error, field, code):
    with pytest.raises(error) as caught:
        save_contact(organisation=organisation, contact=None, **details)

    assert (caught.value.field, caught.value.code) == (field, code)
    assert Contact.objects.count() == 0


def test_save_contact_refuses_the_address_of_another_contact(organisation):
    owner = IdentityFactory(
        contact=ContactFactory(organisation=organisation), value="a@example.org"
    )

    with pytest.raises(IdentityTaken) as caught:
        save_contact(organisation=organisation, contact=None, email="A@example.org")

    assert (caught.value.field, caught.value.contact_id) == ("email", owner.contact_id)
    assert Contact.objects.count() == 1


def test_two_organisations_may_know_the_same_address(organisation, other_organisation):
    with tenant(other_organisation.pk):
        theirs = save_contact(organisation=other_organisation, contact=None, email="a@example.org")

    ours = save_contact(organisation=organisation, contact=None, email="a@example.org")

    assert ours.pk != theirs.pk
    assert Identity.objects.filter(value="a@example.org").count() == 1


def test_upsert_contact_matches_by_external_id_then_email_then_phone(organisation):
    contact, is_new = upsert_contact(
        organisation=organisation,
        details=ContactDetails(
            external_id="C-1", email="a@example.org", phone="+33639980001", name="Anna"
        ),
        source="api",
    )
    by_email, email_is_new = upsert_contact(
        organisation=organisation,
        details=ContactDetails(email="A@EXAMPLE.org", attributes={"vip": True}),
        source="api",
    )
    by_id, id_is_new = upsert_contact(
        organisation=organisation,
        details=ContactDetails(external_id="C-1", phone="+33639980002"),
        source="api",
    )

    assert (is_new, email_is_new, id_is_new) == (True, False, False)
    assert contact.pk == by_email.pk == by_id.pk
    assert (by_id.name, by_id.attributes) == ("Anna", {"vip": True})
    assert held(contact)["phone"] == "+33639980002"


def test_upsert_contact_does_not_guess_between_two_people(organisation):
    save_contact(organisation=organisation, contact=None, external_id="C-1")
    save_contact(organisation=organisation, contact=None, email="b@example.org")

    with pytest.raises(AmbiguousContact):
        upsert_contact(
            organisation=organisation,
            details=ContactDetails(external_id="C-1", email="b@example.org"),
            source="api",
        )


def test_upsert_contact_needs_an_identity(organisation):
    with pytest.raises(NothingIdentifies):
        upsert_contact(organisation=organisation, details=ContactDetails(name="A"), source="api")


def test_upsert_contact_records_a_consent_once(organisation):
    details = ContactDetails(
        email="a@example.org", consents=[ConsentGiven("email", "survey", "I agree.", "en")]
    )

    for _repetition in range(2):
        upsert_contact(organisation=organisation, details=details, source="api")

    event = ConsentEvent.objects.get()
    assert (event.state, event.wording, event.source) == ("granted", "I agree.", "api")
