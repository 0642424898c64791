"""The history of alerts: what was found, and who was told."""

from html import unescape

import pytest

from alerts.actions.evaluation import evaluate
from alerts.models import Notification
from tests.factories.alerts import answered, watched

HOSTILE = "<img src=x onerror=alert(1)>"


def page_of(client, organisation):
    return client.get(f"/o/{organisation.slug}/alerts/history/").content.decode()


def test_it_names_who_was_told_and_what_became_of_it(bob_client, organisation, alice, bob):
    survey, _rule = watched(organisation, alice, bob, name="Delivery")
    evaluate(response=answered(survey, 2, "Two days late.", name="Ann"))
    Notification.objects.filter(member=alice).update(state="failed", error="timeout")
    Notification.objects.filter(member=bob).update(state="sent")

    text = unescape(page_of(bob_client, organisation))

    assert "Two days late." in text
    assert text.index("Alice") < text.index("Failed")
    assert text.index("Bob") < text.index("Sent")


def test_hostile_words_are_inert(bob_client, organisation, alice):
    """AB-26"""
    survey, _rule = watched(organisation, alice)
    evaluate(response=answered(survey, 2, HOSTILE, name=HOSTILE))

    assert "<img src=x" not in page_of(bob_client, organisation)


def test_an_empty_history_says_so(bob_client, organisation):
    assert "Nothing found yet" in page_of(bob_client, organisation)


@pytest.mark.parametrize("found", [1, 3])
def test_it_takes_the_same_queries_for_any_number(
    bob_client, organisation, alice, found, django_assert_num_queries
):
    survey, _rule = watched(organisation, alice)
    for _ in range(found):
        evaluate(response=answered(survey, 2, name="Ann"))
    page_of(bob_client, organisation)

    with django_assert_num_queries(13):
        page = page_of(bob_client, organisation)

    assert page.count("/inbox/responses/") == found
