"""The page of one response."""

from uuid import uuid4

import pytest

from dashboards.templatetags import feed_words
from surveys.actions.visits import Seen
from surveys.api import response_shapes
from surveys.enums import CHANNELS
from tests.conftest import client_of, member
from tests.dashboards.answers import answer, live_survey
from tests.factories.contacts import ContactFactory
from tests.factories.surveys import InvitationFactory
from tests.factories.visits import count_visits
from tests.lib.test_scanners import CHROME


def test_a_response_is_shown_question_by_question(organisation, alice_client):
    contact = ContactFactory(organisation=organisation, name="Ada")
    response = answer(live_survey(organisation), 3, contact=contact, answers={"q2": "Late <again>"})

    html = alice_client.get(f"/o/{organisation.slug}/responses/{response.pk}/").content.decode()

    assert "Response of Ada" in html
    assert "Late &lt;again&gt;" in html
    assert "(0–10)" in html


def test_a_response_of_others_does_not_exist(organisation, charlie_client, alice_client):
    """AB-01."""
    response = answer(live_survey(organisation), 3)

    theirs = charlie_client.get(f"/o/{organisation.slug}/responses/{response.pk}/")
    nobodys = alice_client.get(f"/o/{organisation.slug}/responses/{uuid4()}/")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This link was opened from 4 networks: it may have been forwarded."),
        ("fr", "Ce lien a été ouvert depuis 4 réseaux : il a peut-être été transféré."),
    ],
)
def test_a_response_through_a_link_that_was_passed_on_says_so(organisation, language, words):
    """AB-22"""
    survey = live_survey(organisation)
    invitation = InvitationFactory(survey=survey, token="a-personal-link")
    response = answer(survey, 3, invitation=invitation)
    reader = client_of(member(organisation, "viewer", language=language))
    url = f"/o/{organisation.slug}/responses/{response.pk}/"
    count_visits(
        Seen("a-personal-link", f"198.51.{n}.7", "GET", CHROME, "", "", 1_790_000_000.0)
        for n in range(4)
    )

    assert words in reader.get(url).text


@pytest.mark.parametrize("channel", sorted({*CHANNELS, *response_shapes.CHANNELS}))
def test_every_channel_is_called_by_its_name(organisation, alice_client, channel):
    response = answer(live_survey(organisation), 9, channel=channel)

    page = alice_client.get(f"/o/{organisation.slug}/responses/{response.pk}/").content.decode()

    assert channel in CHANNELS
    assert channel in feed_words.CHANNEL_ICONS
    assert f"<dd>{CHANNELS[channel]}</dd>" in page
