"""A session that is over: the way back leads to a page, and refusals say something."""

import json

import pytest
from django.test import Client

from tests.conftest import client_of

FRENCH = {"Accept-Language": "fr", "Accept": "text/html"}


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://127.0.0.1:8000/o/acme/contacts/?q=a", "/o/acme/contacts/%3Fq%3Da"),
        ("http://evil.tld/o/acme/", "/"),
        ("http://127.0.0.1:8000//evil.tld/", "/evil.tld/"),
        ("", "/"),
    ],
)
def test_a_posted_form_leads_back_to_its_page(organisation, referer, back):
    """AB-14: never to another site."""
    path = f"/o/{organisation.slug}/settings/team/1/remove/"

    response = Client(headers={"Referer": referer}).post(path)

    assert response.headers["Location"] == f"/accounts/login/?next={back}"


def test_a_page_leads_back_to_itself(organisation):
    path = f"/o/{organisation.slug}/settings/"

    assert Client().get(path).headers["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("is_old_token", [False, True])
def test_htmx_keeps_the_page_and_says_so(organisation, is_old_token):
    """Its token is of a session before this one, when somebody has signed in in another tab."""
    client = Client(is_old_token, headers={**FRENCH, "HX-Request": "true"})

    response = client.post(f"/o/{organisation.slug}/settings/")

    assert (response.status_code, response.content) == (401, b"")
    toast = json.loads(response.headers["HX-Trigger"])["toast"]
    assert (toast["href"], toast["label"]) == ("/accounts/login/", "Se reconnecter")


def test_a_page_learns_whose_session_goes_on(alice):
    mine = client_of(alice).get("/accounts/session/")
    nobodys = Client().get("/accounts/session/")

    assert (mine.status_code, mine.json()["person"]) == (200, str(alice.user_id))
    assert (nobodys.status_code, nobodys.json()["person"]) == (401, "")
    assert "csrftoken" in "".join(nobodys.cookies)
    assert "no-store" in mine.headers["Cache-Control"]


def test_a_refused_method_has_words(alice):
    client = client_of(alice)
    path = f"/o/{alice.organisation.slug}/settings/team/1/remove/"

    page = client.get(path, headers={"Accept": "text/html"})
    program = client.get(path, headers={"Accept": "application/json"})

    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "This address cannot be opened this way" in page.content.decode()
    assert (program.status_code, program.content) == (405, b"")
