"""Words that come after the score reach whoever was told of the score."""

from alerts.actions.evaluation import evaluate
from alerts.actions.following import tell_words
from alerts.actions.notifying import notify
from channels_out.models import Message
from events.models import DomainEvent
from surveys.actions.comments import add_comment
from tests.factories.alerts import answered, watched


def commented(response, text="Deux jours de retard."):
    add_comment(response=response, key="q2", text=text)
    return DomainEvent.objects.get(kind="response.commented")


def test_the_words_follow_the_score(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2)
    evaluate(response=response)
    notify(organisation_id=organisation.pk)

    event = commented(response)
    tell_words(event)
    tell_words(event)

    first, second = Message.objects.select_related("body").order_by("created_at", "pk")
    assert "Deux jours de retard." not in first.body.text
    assert second.body.text.splitlines()[0] == "Deux jours de retard."


def test_a_mail_that_still_waits_is_not_doubled(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2)
    evaluate(response=response)

    tell_words(commented(response))
    notify(organisation_id=organisation.pk)

    (message,) = Message.objects.select_related("body")
    assert message.body.text.splitlines()[0] == "Deux jours de retard."


def test_words_to_a_good_score_tell_nobody(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 9)
    evaluate(response=response)

    tell_words(commented(response, "Parfait."))

    assert not Message.objects.exists()
