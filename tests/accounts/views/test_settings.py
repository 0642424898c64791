"""The settings pages: what each role may do, and what is kept."""

import pytest

from accounts.actions.organisations import add_member
from accounts.models import ApiKey, AuditEvent, MemberInvitation, Membership
from tests.conftest import client_of, member
from tests.factories.accounts import TOO_LONG, UserFactory

SETTINGS = {
    "country": "GB",
    "name": "Maison Lune",
    "language": "fr",
    "timezone": "Europe/Paris",
    "contact_email": "bonjour@maison-lune.example",
    "fatigue_per_contact": "3",
    "fatigue_days": "60",
}


def url(organisation, rest=""):
    return f"/o/{organisation.slug}/settings/{rest}"


@pytest.mark.parametrize(
    ("role", "rest", "status"),
    [
        ("viewer", "", 403),
        ("agent", "", 403),
        ("manager", "", 200),
        ("manager", "team/", 200),
        ("manager", "places/", 200),
        ("manager", "api-keys/", 403),
        ("owner", "api-keys/", 200),
    ],
)
def test_a_page_is_for_a_role(organisation, role, rest, status):
    """AB-03"""
    person = member(organisation, role)

    assert client_of(person).get(url(organisation, rest)).status_code == status


def test_settings_are_saved_and_logged(organisation, alice_client):
    response = alice_client.post(url(organisation), SETTINGS)

    organisation.refresh_from_db()
    assert response.status_code == 302
    assert (organisation.name, organisation.fatigue_per_contact) == ("Maison Lune", 3)
    assert organisation.country == "GB"
    assert AuditEvent.objects.get(action="organisation.changed").detail["fatigue_days"] == 60


@pytest.mark.parametrize("typed", ["bonjour", TOO_LONG])
@pytest.mark.parametrize(
    ("rest", "sent"), [("", SETTINGS | {"contact_email": ""}), ("team/", {"role": "agent"})]
)
def test_a_bad_address_is_said_and_kept(organisation, alice_client, rest, sent, typed):
    field = "contact_email" if "contact_email" in sent else "email"

    response = alice_client.post(url(organisation, rest), sent | {field: typed})

    assert response.status_code == 422
    assert "Enter an email address like name@example.com" in response.content.decode()
    assert f'value="{typed}"' in response.content.decode()


def test_an_act_is_logged_however_long_its_people_are_called(organisation):
    """A person without a name is called by an address, and the log has shorter columns."""
    owner = UserFactory(name="", email=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.org")

    add_member(organisation=organisation, user=owner, role="owner", actor=owner)

    logged = AuditEvent.objects.get()
    assert logged.target == logged.actor_label == owner.email[:120]


def test_an_owner_changes_a_role_and_removes_a_member(organisation, alice_client):
    lea = member(organisation, "viewer", email="lea@example.org")

    alice_client.post(url(organisation, "team/"), {"email": "LEA@example.org", "role": "agent"})
    membership = Membership.objects.get(pk=lea.pk)
    alice_client.post(url(organisation, f"team/{lea.pk}/remove/"))

    assert membership.role == "agent"
    assert not Membership.objects.filter(pk=lea.pk).exists()


def test_a_manager_adds_nobody(organisation):
    UserFactory(email="lea@example.org", is_confirmed=True)
    person = member(organisation, "manager")

    client_of(person).post(
        url(organisation, "team/"), {"email": "lea@example.org", "role": "owner"}
    )

    assert Membership.objects.count() == 1


def test_the_last_owner_stays(organisation, alice, alice_client):
    alice_client.post(url(organisation, f"team/{alice.pk}/remove/"))

    assert Membership.objects.filter(pk=alice.pk).exists()


def test_whoever_has_an_account_is_invited_and_not_added(organisation, alice_client):
    """Anybody can sign up with the address of a colleague whom an owner is about to invite."""
    stranger = UserFactory(email="lea@example.org")

    alice_client.post(url(organisation, "team/"), {"email": "lea@example.org", "role": "agent"})

    assert not Membership.objects.filter(user=stranger).exists()
    assert MemberInvitation.objects.get().email == "lea@example.org"


def test_the_last_owner_does_not_make_himself_less(organisation, alice, alice_client):
    response = alice_client.post(
        url(organisation, "team/"), {"email": alice.user.email, "role": "viewer"}
    )

    alice.refresh_from_db()
    assert response.status_code == 422
    assert "Name another owner first" in response.content.decode()
    assert alice.role == "owner"


def test_a_key_is_shown_once_and_stored_as_a_hash(organisation, alice_client):
    made = alice_client.post(
        url(organisation, "api-keys/"), {"name": "Till", "scopes": ["contacts:write"]}
    )
    later = alice_client.get(url(organisation, "api-keys/"))

    key = made.context["new_key"]
    assert key in made.content.decode()
    assert key not in later.content.decode()
    assert key not in str(ApiKey.objects.values().get())


def test_a_revoked_key_opens_nothing(organisation, alice_client, client):
    made = alice_client.post(
        url(organisation, "api-keys/"), {"name": "Till", "scopes": ["contacts:read"]}
    )
    api_key = ApiKey.objects.get()
    alice_client.post(url(organisation, f"api-keys/{api_key.pk}/revoke/"))

    response = client.get(
        "/api/v1/contacts/", headers={"Authorization": f"Bearer {made.context['new_key']}"}
    )

    assert response.status_code == 401
