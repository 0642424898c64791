"""Contacts by hand, through HTTP."""

import pytest

from contacts.actions.contacts import ConsentGiven, ContactDetails, upsert_contact
from contacts.models import ConsentEvent, Contact
from contacts.queries.reach import reachability
from contacts.views import people
from cxhub.lib.ids import uuid7
from tests.factories.contacts import ContactFactory, reachable


def address(organisation, rest=""):
    return f"/o/{organisation.slug}/contacts/{rest}"


def filled(**changed):
    return {
        "name": "Anna",
        "email": "anna@example.org",
        "phone": "",
        "external_id": "",
        "language": "fr",
        "attributes": "city: Rouen\nvip: true",
        "consent_email": "on",
        "wording": "I agree.",
        **changed,
    }


def test_a_contact_is_added_with_the_proof_of_consent(organisation, alice_client):
    response = alice_client.post(address(organisation, "new/"), filled())

    contact = Contact.objects.get()
    event = ConsentEvent.objects.get()
    assert response.headers["Location"] == address(organisation, f"{contact.pk}/")
    assert contact.attributes == {"city": "Rouen", "vip": "true"}
    assert (event.channel, event.state, event.source, event.wording, event.actor_label) == (
        "email",
        "granted",
        "member",
        "I agree.",
        "Alice",
    )


def test_no_consent_is_ticked_beforehand(organisation, alice_client):
    form = alice_client.get(address(organisation, "new/")).context["form"]

    assert "checked" not in f"{form['consent_email']}{form['consent_sms']}"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "nonsense"}, "Enter an email address like name@example.com"),
        ({"phone": "0899 12 34 56"}, "this one is premium-rate"),
        ({"email": "", "consent_email": ""}, "Enter an email address, a phone number"),
        ({"consent_sms": "on"}, "Enter a phone number, or untick surveys by SMS"),
        ({"attributes": "no colon"}, "Write one attribute per line"),
        ({"name": "x" * 130}, "Name must be 120 characters or fewer (it has 130)"),
        ({"wording": " "}, "Enter the words the customer agreed to"),
        ({"email": "taken@example.org"}, "Another contact has this email address"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(
    organisation, alice_client, changed, words
):
    alice_client.post(address(organisation, "new/"), filled(email="taken@example.org"))

    response = alice_client.post(address(organisation, "new/"), filled(**changed))

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'value="Anna"' in page or "x" * 130 in page
    assert Contact.objects.count() == 1


def test_unticking_withdraws_and_an_unchanged_form_changes_nothing(organisation, alice_client):
    alice_client.post(address(organisation, "new/"), filled())
    contact = Contact.objects.get()

    alice_client.post(address(organisation, f"{contact.pk}/edit/"), filled(name="Anne"))
    unchanged = ConsentEvent.objects.count()
    alice_client.post(address(organisation, f"{contact.pk}/edit/"), filled(consent_email=""))

    reach = reachability(organisation, [contact.pk], channel_kind="email", purpose="survey")
    page = alice_client.get(address(organisation, f"{contact.pk}/")).content.decode()
    assert unchanged == 1
    assert reach[contact.pk].blocked == "withdrawn"
    assert "/sends/new/?contact=" not in page


def test_another_name_leaves_each_consent_the_words_it_was_given_with(organisation, alice_client):
    consents = [ConsentGiven("email", "survey", "By mail"), ConsentGiven("sms", "survey", "By SMS")]
    details = ContactDetails(email="anna@example.org", phone="+33639980001", consents=consents)
    contact, _is_new = upsert_contact(organisation=organisation, details=details, source="api")
    edit = address(organisation, f"{contact.pk}/edit/")
    shown = alice_client.get(edit).context["form"].initial
    sent = {name: "on" if value is True else value for name, value in shown.items()}

    alice_client.post(edit, sent | {"name": "Anne"})
    kept = set(ConsentEvent.objects.values_list("channel", "wording", "source"))
    alice_client.post(edit, sent | {"wording": "Both, on paper"})
    renewed = ConsentEvent.objects.filter(wording="Both, on paper", source="member")

    assert kept == {("email", "By mail", "api"), ("sms", "By SMS", "api")}
    assert set(renewed.values_list("channel", flat=True)) == {"email", "sms"}


def test_a_contact_is_found_by_address_and_shown_with_its_history(organisation, alice_client):
    contact = reachable(organisation, 7, name="Zoé")
    ContactFactory(organisation=organisation, name="Yvonne")

    found = alice_client.get(address(organisation), {"q": "customer7@"}).content.decode()
    page = alice_client.get(address(organisation, f"{contact.pk}/")).content.decode()
    nothing = alice_client.get(address(organisation), {"q": "nobody"}).content.decode()

    assert "Zoé" in found
    assert "Yvonne" not in found
    assert "I agree to be asked about my order." in page
    assert f"/contacts/{contact.pk}/asked/" in page
    assert f'/sends/new/?contact={contact.pk}"' in page
    assert "No contact matches “nobody”" in nothing


def test_the_list_goes_on_page_after_page(organisation, alice_client, django_assert_num_queries):
    for number in range(60):
        reachable(organisation, number, channels=["email"])

    with django_assert_num_queries(14):
        first = alice_client.get(address(organisation))
    second = alice_client.get(address(organisation) + first.context["next_url"])

    assert (len(first.context["cards"]), len(second.context["cards"])) == (50, 10)
    assert second.context["next_url"] == ""


NAMES = ("Zoé", "émile", "Eve", "anna", "Étienne", "Anna", "", "Öder", "œdipe", "")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "anna Anna émile Étienne Eve Öder œdipe Zoé - -"),
        ("-name", "Zoé œdipe Öder Eve Étienne émile Anna anna - -"),
        ("added", "Zoé émile Eve anna Étienne Anna - Öder œdipe -"),
        ("nonsense", "- œdipe Öder - Anna Étienne anna Eve émile Zoé"),
    ],
)
def test_contacts_are_sorted_through_all_pages(
    organisation, alice_client, monkeypatch, sort, expected
):
    """Marks and capitals change nothing; who has no name comes last, however names run."""
    monkeypatch.setattr(people, "PAGE", 3)
    for pk, name in zip(sorted(uuid7() for _ in NAMES), NAMES, strict=True):
        ContactFactory(pk=pk, organisation=organisation, name=name)

    shown, url = [], f"?sort={sort}"
    while url:
        page = alice_client.get(address(organisation) + url).context
        shown += [card.contact.name or "-" for card in page["cards"]]
        url = page["next_url"]

    assert " ".join(shown) == expected


def test_a_viewer_reads_and_an_agent_writes(organisation, bob_client):
    assert "Add contact" not in bob_client.get(address(organisation)).content.decode()
    assert bob_client.post(address(organisation, "new/"), filled()).status_code == 403


def test_every_mistake_is_named_at_once(organisation, alice_client):
    wrong = filled(email="nonsense", phone="12", attributes="no colon")

    response = alice_client.post(address(organisation, "new/"), wrong)

    assert set(response.context["form"].errors) == {"email", "phone", "attributes"}
