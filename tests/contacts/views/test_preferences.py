"""Stopping: one page, one button, one POST."""

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from contacts.models import ConsentEvent, Suppression
from contacts.queries.preferences import LIFETIME, preferences_token, unsubscribe_url
from contacts.queries.reach import reachability
from tests.factories.contacts import reachable

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def contact(organisation):
    return reachable(organisation, 1)


@pytest.fixture
def strict():
    """A browser whose POST would be refused without a CSRF token."""
    return Client(enforce_csrf_checks=True)


def blocked(contact):
    return [
        reachability(contact.organisation, [contact.pk], channel_kind=channel, purpose="survey")[
            contact.pk
        ].blocked
        for channel in ("email", "sms")
    ]


def path(contact, channel="email"):
    return f"/u/{preferences_token(contact, channel)}"


def test_looking_changes_nothing(contact, strict):
    """AB-18, AB-40: scanners open every link."""
    for method in (strict.get, strict.head):
        response = method(path(contact))
        assert response.status_code == 200

    assert blocked(contact) == ["", ""]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in response.headers["Cache-Control"]


def test_one_click_needs_neither_cookie_nor_token_nor_redirect(contact, strict):
    """AB-40: exactly the body of RFC 8058."""
    response = strict.post(path(contact), ONE_CLICK, content_type=FORM)

    assert (response.status_code, response.cookies) == (200, {})
    assert blocked(contact) == ["suppressed", "withdrawn"]
    assert Suppression.objects.get().reason == "unsubscribed"
    assert set(ConsentEvent.objects.filter(state="withdrawn").values_list("source", flat=True)) == {
        "link"
    }


def test_one_click_may_come_as_multipart(contact, strict):
    strict.post(path(contact), {"List-Unsubscribe": "One-Click"})

    assert blocked(contact) == ["suppressed", "withdrawn"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("List-Unsubscribe=one-click", FORM),
        (ONE_CLICK + "&x=1", FORM),
        ('{"List-Unsubscribe": "One-Click"}', "application/json"),
        ("confirm=yes", FORM),
    ],
)
def test_any_other_post_shows_the_page_and_does_nothing(contact, strict, body, content_type):
    """AB-40: what a scanner posts."""
    response = strict.post(path(contact), body, content_type=content_type)

    assert response.status_code == 200
    assert "Stop asking me" in response.content.decode()
    assert blocked(contact) == ["", ""]


def test_a_person_may_stop_one_channel_only(contact, strict):
    strict.post(path(contact, "sms"), {"confirm": "stop", "scope": "channel"})

    assert blocked(contact) == ["", "suppressed"]


def test_twice_is_once(contact, strict):
    for _repetition in range(2):
        strict.post(path(contact), {"confirm": "stop", "scope": "all"})

    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "é", "x" * 3000])
def test_an_unknown_link_promises_nothing_and_tells_nothing(contact, strict, token):
    altered = strict.get(f"{path(contact)}x")
    page = strict.get(f"/u/{token}")
    posted = strict.post(f"/u/{token}", {"confirm": "stop"})
    one_click = strict.post(f"/u/{token}", ONE_CLICK, content_type=FORM)

    assert page.status_code == posted.status_code == one_click.status_code == 200
    assert page.content == posted.content == altered.content
    assert "Nothing was changed" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert blocked(contact) == ["", ""]


def test_a_link_lives_thirteen_months_and_is_for_this_purpose_only(contact, strict, monkeypatch):
    """D-TOK-5, D-TOK-2"""
    fresh = path(contact)
    other = signing.TimestampSigner(salt="something else").sign("x")
    later = timezone.now().timestamp() + (LIFETIME + timedelta(days=1)).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    strict.post(fresh, ONE_CLICK, content_type=FORM)
    strict.post(f"/u/{other}", ONE_CLICK, content_type=FORM)

    assert blocked(contact) == ["", ""]


def test_the_address_of_a_message_fits_its_page(contact):
    assert unsubscribe_url(contact, "email").startswith("http://127.0.0.1:8000/u/")
