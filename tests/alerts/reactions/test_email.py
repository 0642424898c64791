"""The reaction that tells members by email."""

import pytest
from django.utils import translation

from alerts.actions.evaluation import evaluate
from alerts.models import Notification
from alerts.reactions import REACTIONS
from tests.factories.alerts import answered, watched


def test_each_member_has_one_notification(organisation, alice, bob):
    survey, _rule = watched(organisation, alice, bob)

    evaluate(response=answered(survey, 2))

    assert set(Notification.objects.values_list("member", "channel_kind", "state")) == {
        (alice.pk, "email", "pending"),
        (bob.pk, "email", "pending"),
    }


def test_a_member_who_has_left_is_not_told(organisation, alice, bob):
    survey, _rule = watched(organisation, alice, bob)
    bob.delete()

    evaluate(response=answered(survey, 2))

    assert Notification.objects.values_list("member", flat=True).get() == alice.pk


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["Ann"], "email Ann at once"),
        (["Ann", "Bob", "Cy"], "email Ann, Bob and Cy at once"),
        ([], "email nobody: every recipient has left"),
    ],
)
def test_the_sentence(names, sentence):
    with translation.override("en"):
        assert REACTIONS["email"].sentence(names) == sentence
