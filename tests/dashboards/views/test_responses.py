"""The page of one response."""

from uuid import uuid4

from tests.dashboards.answers import answer, live_survey
from tests.factories.contacts import ContactFactory


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
