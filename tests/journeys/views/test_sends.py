"""Composing and watching a send, through HTTP."""

import html
import re
from collections import Counter

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import strip_tags

from channels_out.models import Message
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from journeys.actions.sends import Preview
from journeys.models import Outreach, Send
from journeys.queries.sends import progress
from journeys.views import sends
from journeys.views.sends import Composed
from surveys.models import LinkVisit
from tests.factories.accounts import OrganisationFactory
from tests.factories.channels_out import MessageFactory
from tests.factories.contacts import ContactFactory, reachable
from tests.factories.journeys import OutreachFactory, SendFactory
from tests.factories.surveys import InvitationFactory, LiveSurveyFactory


@pytest.fixture
def survey(organisation, channels):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


def address(organisation, rest=""):
    return f"/o/{organisation.slug}/sends/{rest}"


def choices(survey, **changed):
    values = {"audience": "all", "survey": str(survey.pk), "channel": "email", "mode": ""}
    return {**values, "form_id": "0193b3a0-0000-7000-8000-00000000000a", **changed}


def test_the_composer_counts_before_anything_leaves(organisation, survey, alice_client):
    reachable(organisation, 1)
    reachable(organisation, 2, channels=["sms"])

    page = alice_client.get(address(organisation, "new/")).content.decode()

    assert "Send to 1 person" in page
    assert "No address for this channel" in page
    assert Outreach.objects.count() == 0


def test_counting_again_shows_the_text_and_what_it_costs(organisation, survey, alice_client):
    reachable(organisation, 1)

    page = alice_client.post(
        address(organisation, "new/count/"), choices(survey, channel="sms")
    ).content.decode()

    assert "Send to 1 person" in page
    assert re.search(r"GSM-7 · \d+/160", page)
    assert "1 SMS each" in page


def test_contacts_are_looked_for_and_those_chosen_stay(organisation, survey, alice_client):
    """Only the newest hundred are offered at once; whoever is older is found by name or address."""
    names = {1: "Ann", 2: "Bob", 3: "Carl"}
    people = {name: reachable(organisation, number, name=name) for number, name in names.items()}
    sent = choices(
        survey, audience="contacts", contacts=[str(people["Bob"].pk)], search="customer3@"
    )

    answer = alice_client.post(address(organisation, "new/"), {**sent, "action": "search"})
    linked = alice_client.get(address(organisation, "new/"), {"contact": people["Ann"].pk})

    page = answer.content.decode()
    offered = re.findall(r'<input type="checkbox" name="contacts" value="([^"]+)"([^>]*)>', page)
    assert answer.status_code == 200
    assert {pk: "checked" in rest for pk, rest in offered} == {
        str(people["Bob"].pk): True,
        str(people["Carl"].pk): False,
    }
    assert 'value="customer3@"' in page
    assert "error-summary" not in page
    assert "Send to 1 person" in strip_tags(page)
    assert "Send to 1 person" in strip_tags(linked.content.decode())
    assert Send.objects.count() == 0


def test_a_search_asks_for_nothing_else_yet(organisation, survey, alice_client):
    reachable(organisation, 1, name="Ann")
    sent = choices(survey, audience="contacts", search="nobody", action="search")

    answer = alice_client.post(address(organisation, "new/"), sent)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "error-summary" not in page
    assert 'name="contacts"' not in page


def test_the_button_with_the_number_sends_once(organisation, survey, alice_client):
    reachable(organisation, 1)
    form = choices(survey, action="send", seen="1")

    first = alice_client.post(address(organisation, "new/"), form)
    second = alice_client.post(address(organisation, "new/"), {**form, "seen": "0"})

    send = Send.objects.get()
    assert first.headers["Location"] == address(organisation, f"{send.pk}/")
    assert (send.created_by.email, send.audience) == ("alice@example.org", {"kind": "all"})
    assert second.status_code == 422
    assert Outreach.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Send to about 16,800 people",
                "− about 3,200",
                "Estimated from about 5,000 of the contacts.",
            ],
        ),
        (
            "fr",
            [
                "Envoyer à environ 16 800 personnes",
                "− environ 3 200",
                "Estimation d’après environ 5 000 des contacts.",
            ],
        ),
    ],
)
def test_an_estimate_is_called_one(language, words):
    preview = Preview(planned=16_800, suppressed=Counter(no_consent=3_200), is_estimate=True)

    with translation.override(language):
        page = render_to_string("journeys/_preview.html", {"composed": Composed(preview, None)})

    shown = " ".join(html.unescape(strip_tags(page)).split())
    assert [part for part in words if part not in shown] == []


def test_a_form_may_carry_whatever_identifier(organisation, survey, alice_client):
    """AB-01: another organisation's send behaves as one that does not exist."""
    other = OrganisationFactory()
    with tenant(other.pk):
        theirs = SendFactory(survey=LiveSurveyFactory(organisation=other), form_id=uuid7())
    reachable(organisation, 1)
    organisation.fatigue_days = 0
    organisation.save()

    places = [
        alice_client.post(
            address(organisation, "new/"),
            choices(survey, action="send", seen="1", form_id=str(form_id)),
        ).headers["Location"]
        for form_id in (theirs.pk, theirs.form_id, uuid7(), theirs.pk)
    ]

    mine = {address(organisation, f"{send.pk}/") for send in Send.objects.all()}
    assert (places[0], len(set(places)), set(places)) == (places[3], 3, mine)
    assert theirs.pk not in Send.objects.values_list("pk", flat=True)


def test_a_number_that_changed_is_shown_again_and_nothing_typed_is_lost(
    organisation, survey, alice_client
):
    reachable(organisation, 1)
    person = reachable(organisation, 2)

    response = alice_client.post(
        address(organisation, "new/"),
        choices(survey, action="send", seen="2", audience="contacts", contacts=[str(person.pk)]),
    )

    assert response.status_code == 422
    assert f'value="{person.pk}"' in response.content.decode()
    assert "The number of people has changed" in response.content.decode()
    assert Send.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"audience": "attribute"}, "Choose an attribute"),
        ({"audience": "contacts"}, "Choose at least one contact"),
        ({"channel": ""}, "Choose email or SMS"),
    ],
)
def test_an_incomplete_choice_says_what_to_do(organisation, survey, alice_client, changed, words):
    response = alice_client.post(
        address(organisation, "new/"), choices(survey, action="send", seen="0", **changed)
    )

    assert response.status_code == 422
    assert words in response.content.decode()


def test_progress_shows_every_reason(organisation, survey, alice_client):
    reachable(organisation, 1)
    ContactFactory(organisation=organisation, name="No address")
    alice_client.post(address(organisation, "new/"), choices(survey, action="send", seen="1"))
    send = Send.objects.get()

    page = alice_client.get(address(organisation, f"{send.pk}/")).content.decode()
    part = alice_client.get(address(organisation, f"{send.pk}/progress/"))

    assert "No address for this channel" in page
    assert "Stop this send" in page
    assert part.status_code == 200
    assert "<h1" not in part.content.decode()


def test_a_send_that_is_over_is_not_asked_for_again(organisation, survey, alice_client):
    send = SendFactory(survey=survey, state="done")

    assert alice_client.get(address(organisation, f"{send.pk}/progress/")).status_code == 286


def test_the_list_asks_the_database_as_often_for_one_send_as_for_many(
    organisation, survey, alice_client, django_assert_num_queries
):
    for number in (1, 20):
        for _ in range(number):
            SendFactory(survey=survey)
        with django_assert_num_queries(12):
            alice_client.get(address(organisation))


def test_sends_are_sorted_through_all_pages(survey, alice_client, monkeypatch):
    monkeypatch.setattr(sends, "PAGE", 2)
    names = ("Été", "Automne", "Printemps", "été", "Hiver")
    for pk, name in zip(sorted(uuid7() for _ in names), names, strict=True):
        SendFactory(pk=pk, survey=survey, name=name)

    def walk(url):
        shown = []
        while url:
            page = alice_client.get(address(survey.organisation) + url).context
            shown += [row.send.name for row in page["rows"]]
            url = page["next_url"]
        return shown

    assert walk("?sort=name") == ["Automne", "Été", "été", "Hiver", "Printemps"]
    assert walk("?sort=-name") == ["Printemps", "Hiver", "été", "Été", "Automne"]
    assert walk("?") == ["Hiver", "été", "Printemps", "Automne", "Été"]


def test_a_viewer_sees_but_does_not_send(organisation, survey, bob_client):
    send = SendFactory(survey=survey)

    assert "Prepare a send" not in bob_client.get(address(organisation)).content.decode()
    assert bob_client.get(address(organisation, "new/")).status_code == 403
    for gesture in ("cancel", "pause", "resume"):
        answered = bob_client.post(address(organisation, f"{send.pk}/{gesture}/"))
        assert answered.status_code == 403


def test_a_send_is_paused_and_resumed_from_its_page(organisation, survey, alice_client):
    send = SendFactory(survey=survey, state="running")
    OutreachFactory(contact=reachable(organisation, 1), survey=survey, send=send, state="planned")

    paused = alice_client.post(address(organisation, f"{send.pk}/pause/"), follow=True)
    resumed = alice_client.post(address(organisation, f"{send.pk}/resume/"), follow=True)

    pages = [answered.content.decode() for answered in (paused, resumed)]
    buttons = [
        [words for words in ("Pause this send", "Resume this send") if words in page]
        for page in pages
    ]
    assert buttons == [["Resume this send"], ["Pause this send"]]
    assert "Nothing leaves while the send is paused" in pages[0]


def test_numbers_only_add_up_and_nothing_is_left_to_stop(organisation, survey, alice_client):
    """What was delivered was sent before."""
    send = SendFactory(survey=survey, state="done")
    for number, state in enumerate(["accepted", "delivered", "delivered", "queued"]):
        contact = reachable(organisation, number)
        message = MessageFactory(organisation=organisation, state=state)
        OutreachFactory(contact=contact, survey=survey, send=send, state="sent", message=message)

    found = progress(organisation, send)
    waiting = alice_client.get(address(organisation, f"{send.pk}/progress/")).content.decode()
    Message.objects.filter(state="queued").update(state="failed")
    over = alice_client.get(address(organisation, f"{send.pk}/progress/")).content.decode()

    assert (found.sent, found.delivered) == (3, 2)
    assert "send-stop" not in waiting
    assert '<div id="send-stop" hx-swap-oob="true"></div>' in over


def test_without_contacts_the_composer_leads_to_the_first(organisation, survey, alice_client):
    page = alice_client.get(address(organisation, "new/")).content.decode()

    assert f'href="/o/{organisation.slug}/contacts/new/"' in page


def opened_link(organisation, survey, send, number, *, automated, state="sent"):
    contact = reachable(organisation, number)
    invitation = InvitationFactory(survey=survey, contact=contact)
    row = OutreachFactory(
        contact=contact, survey=survey, send=send, state=state, invitation=invitation
    )
    now = timezone.now()
    for network in ("a", "b"):
        LinkVisit.objects.create(
            organisation=organisation,
            invitation=invitation,
            network=network,
            first_at=now,
            last_at=now,
            visits=2,
            automated_visits=automated,
            burst_at=now,
            burst_scores=0,
            burst_visits=0,
        )
    return row


def test_who_opened_and_did_not_answer_is_told(organisation, survey, alice_client):
    """AB-18"""
    send = SendFactory(survey=survey, state="running")
    person = opened_link(organisation, survey, send, 1, automated=1)
    machine = opened_link(organisation, survey, send, 2, automated=2)
    opened_link(organisation, survey, send, 3, automated=0, state="answered")

    page = alice_client.get(address(organisation, f"{send.pk}/")).content.decode()
    cards = [
        alice_client.get(
            f"/o/{organisation.slug}/contacts/{row.contact_id}/asked/"
        ).content.decode()
        for row in (person, machine)
    ]

    assert "1 person opened the link and has not answered yet" in page
    assert "This link was opened from 2 networks." in cards[0]
    assert "A machine, such as a mail filter, opened the survey link too" in cards[1]
    assert "This link was opened" not in cards[1]
