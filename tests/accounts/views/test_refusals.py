"""Pages that refuse: in the frame of the organisation for its members, plain for everybody else."""

import json
import re
from contextlib import closing

import pytest
from django.db import DatabaseError, OperationalError, connection, connections
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from accounts.middleware import locale
from cxhub.lib.references import begin_request
from cxhub.urls import server_error
from tests.conftest import client_of, member

HTML = {"Accept": "text/html"}


def has_frame(html):
    return '<nav class="rail"' in html


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("nothing/here/", 404, "This page does not exist"),
        ("surveys/0190aaaa-0000-7000-8000-000000000000/results/", 404, "This page does not exist"),
        ("settings/api-keys/", 403, "You do not have access to this page"),
        ("theme-less/", 404, "This page does not exist"),
    ],
)
def test_a_member_keeps_the_frame(organisation, path, status, title):
    client = client_of(member(organisation, "viewer"))

    response = client.get(f"/o/{organisation.slug}/{path}", headers=HTML)

    html = response.content.decode()
    assert (response.status_code, has_frame(html)) == (status, True)
    assert title in html
    assert f'class="btn btn-primary" href="/o/{organisation.slug}/"' in html


@pytest.mark.parametrize(
    ("language", "words", "button"),
    [
        ("en", "Who can give you access: ", "Ask for access"),
        ("fr", "Qui peut vous donner accès\u00a0: ", "Demander l’accès"),
    ],
)
def test_who_may_not_learns_whom_to_ask(organisation, alice, language, words, button):
    client = client_of(member(organisation, "viewer", language=language))

    html = client.get(f"/o/{organisation.slug}/settings/api-keys/", headers=HTML).content.decode()

    assert f"{words}{alice.user}." in html
    assert f'href="mailto:{alice.user.email}?subject=' in html
    assert button in html


def test_what_is_not_there_names_where_to_go(organisation, alice_client):
    path = f"/o/{organisation.slug}/nothing/"

    html = alice_client.get(path, headers=HTML).content.decode()

    assert f">{path}</p>" in html
    assert f'<a href="/o/{organisation.slug}/surveys/">' in html


def test_a_wrong_method_keeps_the_frame(organisation, alice_client):
    response = alice_client.post(f"/o/{organisation.slug}/surveys/", headers=HTML)

    assert (response.status_code, has_frame(response.content.decode())) == (405, True)
    assert response.headers["Allow"]


def test_an_outsider_and_a_stranger_get_the_same_page_for_what_is_and_what_is_not(
    organisation, charlie_client
):
    """AB-01: whether an organisation exists is not told."""
    for client in (charlie_client, Client()):
        pages = [
            client.get(f"/o/{slug}/nothing/here/", headers=HTML)
            for slug in (organisation.slug, "there-is-none")
        ]
        assert [page.status_code for page in pages] == [404, 404]
        texts = {
            page.content.decode().replace(organisation.slug, "there-is-none") for page in pages
        }
        assert not any(map(has_frame, texts))
    assert organisation.name not in pages[0].content.decode()


def test_a_fault_keeps_the_frame_and_stands_without_it_when_that_is_the_fault(organisation, alice):
    def asked():
        request = RequestFactory().get(f"/o/{organisation.slug}/surveys/")
        request.user = alice.user
        return locale(server_error)(request)

    with_frame = asked()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")  # from here on the connection answers nothing
    without = asked()

    assert (with_frame.status_code, has_frame(with_frame.content.decode())) == (500, True)
    assert (without.status_code, has_frame(without.content.decode())) == (500, False)
    assert "We could not finish this" in without.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Try again in a moment"), ("fr", "Réessayez dans un instant")],
)
def test_a_database_that_lets_wait_is_no_fault_and_the_log_has_the_pages_reference(
    db, lines, language, words
):
    """Signing in while somebody holds the table of people for longer than anybody waits."""
    client = Client(raise_request_exception=False, headers={"Accept-Language": language})
    begin_request()
    with closing(connections.create_connection("default")) as other:
        other.set_autocommit(False)
        other.cursor().execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20ms'")
        response = client.post(
            "/accounts/login/", {"login": "a@b.example", "password": "long-enough-for-us"}
        )

    html = response.content.decode()
    found = re.search(r'class="reference">([0-9A-F]{4}-[0-9A-F]{4})<', html)
    told = [line for line in map(json.loads, lines()) if line.get("reference") == found[1]]
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert words in html
    assert "script-src" in response.headers["Content-Security-Policy"]
    assert "lock timeout" in told[0]["exception"]


@pytest.mark.parametrize(("method", "leads_back"), [("GET", True), ("POST", False)])
def test_what_was_only_read_is_asked_for_again_with_one_click(method, leads_back):
    request = RequestFactory().generic(method, "/o/anybody/inbox/?a=1&b=2")
    try:
        raise OperationalError("timeout expired")
    except OperationalError:
        html = server_error(request).content.decode()

    assert ('href="/o/anybody/inbox/?a=1&amp;b=2"' in html) is leads_back
    assert ("Go back with your browser" in html) is not leads_back


def test_a_fault_is_told_when_not_even_the_person_can_be_read(db):
    def unreadable():
        raise OperationalError("the database system is in recovery mode")

    request = RequestFactory().get("/o/anybody/inbox/", headers={"Accept-Language": "fr"})
    request.user = SimpleLazyObject(unreadable)

    response = server_error(request)

    html = response.content.decode()
    assert (response.status_code, has_frame(html)) == (500, False)
    assert "<h1" in html
    assert "Nous n" in html


def test_they_speak_french(organisation):
    client = client_of(member(organisation, "viewer", language="fr"))

    html = client.get(f"/o/{organisation.slug}/nothing/", headers=HTML).content.decode()

    assert "Cette page n" in html
    assert has_frame(html)
