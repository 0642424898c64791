import json
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from channels_out.actions.channels import ensure_default_channels
from channels_out.actions.messages import Body, Letter, queue_messages
from channels_out.kinds.email.backend import SimulatorBackend
from channels_out.models import InboundMessage
from channels_out.queries.channels import default_channel
from cxhub.lib.simulator import Entry
from tests.factories.contacts import reachable

NUMBER, ADDRESS = "+33639980001", "customer1@shop.example"


@pytest.fixture
def channels(organisation, ledger):
    return {channel.kind: channel for channel in ensure_default_channels(organisation)}


def send(channel, to, text, callbacks, html="", subject=""):
    letter = Letter(
        to=to,
        language="en",
        body=Body(text=text, html=html, subject=subject),
        purpose="notice",
        dedupe_key=f"{to}:{text}"[:120],
        expires_at=timezone.now() + timedelta(hours=1),
    )
    with callbacks(execute=True):
        return queue_messages(organisation=channel.organisation, channel=channel, letters=[letter])[
            0
        ]


def test_the_messages_are_listed_newest_first(channels, client, django_capture_on_commit_callbacks):
    send(channels["sms"], NUMBER, "One", django_capture_on_commit_callbacks)
    second = send(channels["sms"], NUMBER, "Two", django_capture_on_commit_callbacks)
    send(channels["sms"], "+33639980002", "Other", django_capture_on_commit_callbacks)

    found = client.get("/simulator/messages/", {"to": NUMBER}).json()

    assert [entry["text"] for entry in found] == ["Two", "One"]
    assert found[0] | {"sent_at": ""} == {
        "id": str(second.pk),
        "channel": "sms",
        "to": NUMBER,
        "from": channels["sms"].sender,
        "subject": "",
        "text": "Two",
        "html": "",
        "sent_at": "",
    }


def test_an_unescaped_plus_is_understood(channels, client, django_capture_on_commit_callbacks):
    send(channels["sms"], NUMBER, "One", django_capture_on_commit_callbacks)

    assert len(client.get(f"/simulator/messages/?to={NUMBER}").json()) == 1


def test_mail_is_found_whatever_the_case(channels, client, django_capture_on_commit_callbacks):
    send(channels["email"], ADDRESS, "Hello", django_capture_on_commit_callbacks, subject="Hi")

    found = client.get("/simulator/messages/", {"to": ADDRESS.upper()}).json()

    assert [(entry["channel"], entry["subject"]) for entry in found] == [("email", "Hi")]


def test_a_text_arrives_like_a_providers(channels, organisation, client):
    contact = reachable(organisation, 1)
    body = {"from": NUMBER, "to": channels["sms"].sender, "text": "9 bien"}

    response = client.post("/simulator/sms/", json.dumps(body), content_type="application/json")

    inbound = InboundMessage.objects.get()
    assert response.status_code == 201
    assert (inbound.text, inbound.contact, inbound.channel) == ("9 bien", contact, channels["sms"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[]", 400),
        ('{"from": "+33639980001"}', 400),
        ('{"from": "+33639980001", "to": "99", "text": "9"}', 404),
    ],
)
def test_a_text_that_cannot_be_delivered_is_told(channels, client, body, status):
    response = client.post("/simulator/sms/", body, content_type="application/json")

    assert response.status_code == status


@pytest.mark.parametrize(
    "path",
    ["", "changes/", "mail/1/", "messages/"],
)
def test_where_the_simulator_is_off_there_is_none(alice_client, settings, path):
    settings.CXHUB_SIMULATOR = False

    assert alice_client.get(f"/simulator/{path}").status_code == 404
    assert alice_client.post("/simulator/sms/").status_code == 404
    assert alice_client.post("/simulator/reply/").status_code == 404


def test_the_page_is_for_members(channels, client):
    assert client.get("/simulator/").status_code == 302


def test_a_member_sees_his_organisations_messages_only(
    channels, other_organisation, charlie_client, alice_client, django_capture_on_commit_callbacks
):
    send(channels["sms"], NUMBER, "Secret", django_capture_on_commit_callbacks)

    assert "Secret" in alice_client.get("/simulator/").content.decode()
    assert "Secret" not in charlie_client.get("/simulator/").content.decode()


def test_from_everybodys_messages_one_press_leads_to_a_persons_phone(
    channels, organisation, alice_client, django_capture_on_commit_callbacks
):
    contact = reachable(organisation, 1, name="Ada")
    send(channels["sms"], NUMBER, "On the phone", django_capture_on_commit_callbacks)
    send(channels["email"], ADDRESS, "In the box", django_capture_on_commit_callbacks)

    html = alice_client.get("/simulator/").content.decode()

    assert f'?organisation={organisation.slug}&amp;person={contact.pk}">Ada</a>' in html
    assert f'sim-mail-from truncate">{organisation.name}<' in html


def test_a_persons_phone_and_mailbox_are_shown_together(
    channels, organisation, alice_client, django_capture_on_commit_callbacks
):
    contact = reachable(organisation, 1, name="Ada")
    send(channels["sms"], NUMBER, "On the phone", django_capture_on_commit_callbacks)
    send(channels["email"], ADDRESS, "In the box", django_capture_on_commit_callbacks)
    send(channels["sms"], "+33639980002", "Other", django_capture_on_commit_callbacks)

    page = alice_client.get("/simulator/", {"person": str(contact.pk)})

    desk = page.context["desk"]
    assert [p.label for p in desk.people] == ["Everybody", "+33639980002", "Ada"]
    assert [t.entry.text for t in desk.texts] == ["On the phone"]
    assert [m.entry.text for m in desk.mails] == ["In the box"]


def test_links_of_a_text_open_in_a_new_tab(
    channels, alice_client, django_capture_on_commit_callbacks
):
    send(
        channels["sms"],
        NUMBER,
        "Tell us: https://x.test/r/ab_c. <b>STOP</b>",
        django_capture_on_commit_callbacks,
    )

    html = alice_client.get("/simulator/").content.decode()

    assert '<a href="https://x.test/r/ab_c" target="_blank" rel="noopener">' in html
    assert "<b>STOP</b>" not in html


def test_a_reply_from_the_fake_phone_arrives(
    channels, organisation, alice_client, django_capture_on_commit_callbacks
):
    contact = reachable(organisation, 1)
    send(channels["sms"], NUMBER, "0 to 10?", django_capture_on_commit_callbacks)

    response = alice_client.post(
        "/simulator/reply/",
        {
            "organisation": organisation.slug,
            "person": str(contact.pk),
            "to": channels["sms"].sender,
            "text": "9",
        },
    )

    page = alice_client.get(response.url)
    assert InboundMessage.objects.get().text == "9"
    assert [t.is_ours for t in page.context["desk"].texts] == [True, False]


def test_changes_are_told_once(channels, alice_client, django_capture_on_commit_callbacks):
    latest = alice_client.get("/simulator/").context["desk"].latest
    quiet = alice_client.get("/simulator/changes/", {"after": latest})
    send(channels["sms"], NUMBER, "News", django_capture_on_commit_callbacks)

    news = alice_client.get("/simulator/changes/", {"after": latest})

    assert quiet.status_code == 204
    assert 'hx-swap-oob="true"' in news.content.decode()
    assert "News" in news.content.decode()


def test_a_mail_is_shown_alone_in_its_frame(
    channels, alice_client, django_capture_on_commit_callbacks
):
    html = '<html><head></head><body><a href="https://x.test/r/t?score=9">9</a></body></html>'
    send(channels["email"], ADDRESS, "9", django_capture_on_commit_callbacks, html=html)
    number = alice_client.get("/simulator/").context["desk"].mails[0].entry.number

    page = alice_client.get("/simulator/", {"mail": number})
    frame = alice_client.get(f"/simulator/mail/{number}/")

    assert f'src="/simulator/mail/{number}/' in page.content.decode()
    assert b'<head><base target="_blank">' in frame.content
    assert "script-src 'none'" in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]


def test_the_links_of_a_mail_without_html_open_too(
    channels, alice_client, django_capture_on_commit_callbacks
):
    words = "Confirm: http://x.test/c/Ng:1-_a/\n<b>CXHub</b>"
    send(channels["email"], ADDRESS, words, django_capture_on_commit_callbacks)
    number = alice_client.get("/simulator/").context["desk"].mails[0].entry.number

    frame = alice_client.get(f"/simulator/mail/{number}/").content.decode()

    assert '<a href="http://x.test/c/Ng:1-_a/">http://x.test/c/Ng:1-_a/</a>' in frame
    assert "<b>" not in frame


def test_a_mail_of_another_organisation_has_no_frame(
    channels, charlie_client, alice_client, django_capture_on_commit_callbacks
):
    send(channels["email"], ADDRESS, "x", django_capture_on_commit_callbacks)
    number = alice_client.get("/simulator/").context["desk"].mails[0].entry.number

    assert charlie_client.get(f"/simulator/mail/{number}/").status_code == 404


def test_system_mail_is_seen_by_its_addressee(ledger, alice, alice_client, bob_client, settings):
    settings.EMAIL_BACKEND = "channels_out.kinds.email.backend.SimulatorBackend"
    mail.send_mail("Reset", "Your link", None, [alice.user.email])

    assert "Reset" in alice_client.get("/simulator/").content.decode()
    assert "Reset" not in bob_client.get("/simulator/").content.decode()


def test_the_backend_keeps_the_html(ledger):
    message = mail.EmailMultiAlternatives("Hi", "text", "a@b.test", ["c@d.test", "e@f.test"])
    message.attach_alternative("<p>html</p>", "text/html")

    SimulatorBackend().send_messages([message])

    assert [(e.to, e.html) for e in ledger.messages()] == [
        ("e@f.test", "<p>html</p>"),
        ("c@d.test", "<p>html</p>"),
    ]


def test_two_organisations_with_one_number_keep_their_replies(
    channels, organisation, client, ledger
):
    ledger.record(
        Entry("m", "sms", NUMBER, channels["sms"].sender, "?", organisation=str(organisation.pk))
    )
    body = {"from": NUMBER, "to": channels["sms"].sender, "text": "9"}

    client.post("/simulator/sms/", json.dumps(body), content_type="application/json")

    assert InboundMessage.objects.get().organisation == organisation


def test_default_channels_are_made_once(channels, organisation):
    assert ensure_default_channels(organisation) == []
    assert default_channel(organisation, "email").provider == "simulator"
    assert reverse("channels_out:simulator") == "/simulator/"
