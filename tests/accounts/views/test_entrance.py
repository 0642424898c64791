"""Signing up, in and out; language, theme and where a redirect may lead."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.actions import organisations
from accounts.models import Membership, Organisation, User
from cxhub.lib.tenancy import acting_user, tenant
from tests.conftest import client_of
from tests.factories.accounts import PASSWORD, TOO_LONG, MembershipFactory

SIGN_UP = {
    "organisation_name": "Boulangerie Martin",
    "name": "Claire Martin",
    "email": "martin@example.org",
    "password1": "du pain tout chaud",
}


def test_signing_up_founds_an_organisation(db):
    client = Client(headers={"Accept-Language": "fr-CA,fr;q=0.9"})

    response = client.post("/accounts/signup/", SIGN_UP)

    assert response.status_code == 302
    user = User.objects.get(email="martin@example.org")
    assert user.name == "Claire Martin"
    organisation = Organisation.objects.get(name="Boulangerie Martin")
    assert (organisation.slug, organisation.language) == ("boulangerie-martin", "fr")
    assert (organisation.timezone, organisation.country) == ("Europe/Paris", "FR")
    with acting_user(user.pk):
        assert [own.role for own in Membership.objects.all()] == ["owner"]
    assert client.get("/").headers["Location"] == "/o/boulangerie-martin/"


@pytest.mark.parametrize(
    ("told", "timezone", "country"),
    [
        ("Europe/London", "Europe/London", "GB"),
        ("Antarctica/Troll", "Antarctica/Troll", "FR"),  # no telephone numbers of its own
        ("Mars/Olympus\x00", "Europe/Paris", "FR"),
    ],
)
def test_the_browsers_time_zone_tells_the_clock_and_the_country(db, told, timezone, country):
    response = Client().post("/accounts/signup/", SIGN_UP | {"timezone": told})

    organisation = Organisation.objects.get(name="Boulangerie Martin")
    assert response.status_code == 302
    assert (organisation.timezone, organisation.country) == (timezone, country)


@pytest.fixture
def confirmation(db):
    """The address in the mail that signing up sends, which names our own site."""
    Client(headers={"X-Forwarded-Host": "evil.tld"}).post("/accounts/signup/", SIGN_UP)
    (found,) = re.findall(r"^http://127.0.0.1:8000(/accounts/\S+)$", mail.outbox[0].body, re.M)
    return found


def is_confirmed():
    return EmailAddress.objects.get(email="martin@example.org").verified


def test_opening_the_link_confirms_nothing_and_its_button_does(confirmation, alice):
    """AB-18: scanners open every link, and whoever is signed in stays so."""
    client = client_of(alice)
    page = client.get(confirmation)
    before = is_confirmed(), client.get("/").headers["Location"]

    Client().post(confirmation)

    assert "martin@example.org" in page.content.decode()
    assert before == (False, f"/o/{alice.organisation.slug}/")
    assert is_confirmed()


def test_a_used_or_invented_link_says_so(confirmation):
    Client().post(confirmation)

    pages = [Client().get(path) for path in (confirmation, "/accounts/confirm-email/x/")]

    assert all("This link no longer works" in page.content.decode() for page in pages)
    assert Client().post("/accounts/confirm-email/x/").status_code == 404


def test_a_new_password_by_mail_confirms_the_address(confirmation):
    client = Client()
    client.post("/accounts/password/reset/", {"email": "martin@example.org"})
    (path,) = re.findall(r"^http://127.0.0.1:8000(/accounts/\S+)$", mail.outbox[1].body, re.M)
    form = client.get(path).headers["Location"]

    refused = client.post(form, {}).content.decode()
    client.post(form, dict.fromkeys(["password1", "password2"], "du pain encore chaud"))

    assert "Choose a password of at least 12 characters" in refused
    assert "Enter the same password once more" in refused
    assert is_confirmed()


def test_a_mail_server_that_is_down_keeps_nobody_out(db, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = Client()

    client.post("/accounts/signup/", SIGN_UP)

    assert client.get("/").headers["Location"] == "/o/boulangerie-martin/"
    assert "could not be sent" in caplog.text


def test_nobody_is_left_without_the_organisation_that_could_not_be_founded(db, monkeypatch):
    fails_for_everything_but_numbers = "math.sqrt"
    monkeypatch.setattr(organisations, "ON_FOUNDING", [fails_for_everything_but_numbers])

    response = Client(raise_request_exception=False).post("/accounts/signup/", SIGN_UP)

    assert response.status_code == 500
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("others", "slug"),
    [(1, r"boulangerie-martin-2"), (150, r"boulangerie-martin-[0-9a-f]{8}")],
)
def test_the_same_name_gets_another_address_however_often(db, others, slug):
    taken = ["boulangerie-martin", *(f"boulangerie-martin-{n}" for n in range(2, others + 1))]
    Organisation.objects.bulk_create(Organisation(name=each, slug=each) for each in taken)
    client = Client()

    client.post("/accounts/signup/", SIGN_UP)

    assert re.fullmatch(f"/o/{slug}/", client.get("/").headers["Location"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation_name", ""),
        ("name", ""),
        ("email", "martin"),
        ("email", TOO_LONG),
        ("password1", "short"),
    ],
)
def test_signing_up_keeps_what_was_typed(db, field, value):
    response = Client().post("/accounts/signup/", SIGN_UP | {field: value})

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not User.objects.exists()
    if field != "email":
        assert "martin@example.org" in response.content.decode()


def test_an_unknown_and_a_wrong_password_look_the_same(alice):
    """AB-14"""
    wrong, unknown = (
        Client().post("/accounts/login/", {"login": login, "password": "not the password"})
        for login in ("alice@example.org", "nobody@example.org")
    )

    assert wrong.status_code == unknown.status_code == 200
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_whoever_has_several_organisations_chooses(alice, other_organisation):
    with tenant(other_organisation.pk):
        MembershipFactory(organisation=other_organisation, user=alice.user)

    page = client_of(alice).get("/").content.decode()

    for own in (alice.organisation, other_organisation):
        assert f'href="/o/{own.slug}/"' in page
    assert 'action="/accounts/logout/"' in page


def test_whoever_has_no_organisation_is_told_and_can_leave(alice):
    client = client_of(alice)
    with tenant(alice.organisation_id):
        alice.delete()

    page = client.get("/").content.decode()

    assert "belongs to no organisation" in page
    assert 'action="/accounts/logout/"' in page


def test_signing_in_leads_home(alice):
    client = Client()

    response = client.post("/accounts/login/", {"login": "Alice@Example.org", "password": PASSWORD})

    assert response.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == f"/o/{alice.organisation.slug}/"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.tld",
        "https://evil.tld",
        "javascript:1",
        "/\\evil.tld",
        "\\\\evil.tld",
        "///evil.tld",
        "http:evil.tld",
        " //evil.tld",
        "data:text/html,x",
    ],
)
def test_a_foreign_next_leads_home(alice, target):
    """AB-16"""
    signed_in = Client().post(
        f"/accounts/login/?next={target}",
        {"login": "alice@example.org", "password": PASSWORD, "next": target},
    )
    switched = client_of(alice).post("/language/", {"language": "fr", "next": target})
    recoloured = client_of(alice).post("/theme/", {"theme": "dark", "next": target})
    already_in = client_of(alice).get("/accounts/login/", {"next": target})
    signed_out = client_of(alice).post("/accounts/logout/", {"next": target})

    assert signed_in.headers["Location"] == "/"
    assert switched.headers["Location"] == recoloured.headers["Location"] == "/"
    assert already_in.headers["Location"] == "/"
    assert signed_out.headers["Location"] in {"/", "/accounts/login/"}


def test_a_reset_link_names_our_own_site(alice):
    """AB-15: neither Host nor X-Forwarded-Host reaches the link."""
    client = Client(headers={"X-Forwarded-Host": "evil.tld"})

    client.post("/accounts/password/reset/", {"email": "alice@example.org"})

    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.tld" not in mail.outbox[0].body


def test_a_host_that_is_served_does_not_reach_the_link_either(alice, settings):
    """AB-15: the address of the site is a setting, whatever name led here."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"Host": "evil.tld", "X-Forwarded-Host": "evil.tld"})

    client.post("/accounts/password/reset/", {"email": "alice@example.org"})

    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in mail.outbox[0].body
    assert "evil.tld" not in str(mail.outbox[0].message())


def test_an_unknown_host_is_refused(alice):
    """AB-15"""
    response = Client(headers={"Host": "evil.tld"}).get("/accounts/login/")

    assert response.status_code == 400


def test_a_reset_for_an_unknown_address_looks_the_same(alice):
    """AB-14"""
    known, unknown = (
        Client().post("/accounts/password/reset/", {"email": email})
        for email in ("alice@example.org", "nobody@example.org")
    )

    assert known.headers["Location"] == unknown.headers["Location"]


def test_the_language_stays(alice):
    client = client_of(alice)

    client.post("/language/", {"language": "fr", "next": "/"})

    alice.user.refresh_from_db()
    assert alice.user.language == "fr"
    page = client.get(f"/o/{alice.organisation.slug}/preferences/")
    assert page.headers["Content-Language"] == "fr"
    assert '<html lang="fr"' in page.content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/?next=%00", "/o/a%00b/"])
def test_hostile_characters_are_refused(db, path):
    assert Client().post(path).status_code in {400, 403, 404}
