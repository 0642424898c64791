"""What comes after the score, words or a wish, reaches whoever was told of the score."""

import pytest

from accounts.models import Membership
from alerts.actions.evaluation import evaluate
from alerts.actions.following import tell_callback, tell_change, tell_words
from alerts.actions.notifying import notify
from alerts.models import Incident
from alerts.tasks import evaluate_response
from cases.actions.cases import close_case
from cases.models import Case
from cases.queries.cases import thread
from channels_out.models import Message
from events.actions.outbox import publish
from events.models import DomainEvent
from surveys.actions.comments import add_comment
from surveys.models import EarlierAnswer, Score
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


def changed(response, score, words):
    """The customer gives another score and other words; the event that tells it."""
    earlier = EarlierAnswer.objects.create(
        organisation_id=response.organisation_id,
        response=response,
        answers=response.answers,
        language=response.language,
    )
    response.answers, response.changed_at = {"q1": score, "q2": words}, response.answered_at
    response.save()
    Score.objects.filter(response=response).update(value=score)
    payload = {"response": str(response.pk), "earlier": str(earlier.pk)}
    return publish(organisation=response.organisation_id, kind="response.changed", payload=payload)


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "▲ 9/10 · changed – ", "Before the change: ▼ 2/10"),
        ("fr", "▲ 9/10 · modifié – ", "Avant la modification\u00a0: ▼ 2/10"),
    ],
)
def test_who_knows_the_score_hears_of_the_new_one(
    organisation, channel, alice, ledger, language, subject, line
):
    alice.user.language = language
    alice.user.save()
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2, "Two days late.")
    evaluate(response=response)
    notify(organisation_id=organisation.pk)

    event = changed(response, 9, "Sorted.")
    tell_change(event)

    _alert, mail = Message.objects.select_related("body").order_by("created_at", "pk")
    (case,) = Case.objects.all()
    assert mail.body.subject.startswith(subject)
    assert mail.body.text.splitlines()[0] == "Sorted."
    assert f"{line}\nTwo days late." in mail.body.text
    assert "Two days late." in mail.body.html
    said = [(event.text, event.detail) for event in thread(case) if event.kind == "changed"]
    assert said == [("Two days late.", {"before": "2/10", "after": "9/10"})]


def test_a_score_that_turns_bad_alerts_once(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 9)
    evaluate(response=response)

    for score in (2, 9, 1):
        tell_change(changed(response, score, ""))
        notify(organisation_id=organisation.pk)

    assert Incident.objects.count() == 1
    subjects = [message.body.subject for message in Message.objects.order_by("created_at", "pk")]
    assert [subject[:6] for subject in subjects] == ["▼ 2/10", "▲ 9/10", "▼ 1/10"]
    (case,) = Case.objects.all()
    told = [event.detail["after"] for event in thread(case) if event.kind == "changed"]
    assert told == ["2/10", "9/10", "1/10"]


def wished(response, way="+33639981234"):
    response.callback_at, response.callback_way = response.answered_at, way
    response.save()
    payload = {"response": str(response.pk), "wording": "I agree."}
    return publish(
        organisation=response.organisation_id, kind="response.callback_asked", payload=payload
    )


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "▼ 2/10 · to be contacted – ", "Asks to be contacted: "),
        ("fr", "▼ 2/10 · à recontacter – ", "Souhaite être recontacté\u00a0: "),
    ],
)
def test_a_wish_follows_the_score(organisation, channel, alice, ledger, language, subject, line):
    alice.user.language = language
    alice.user.save()
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2, "Two days late.")
    evaluate(response=response)
    notify(organisation_id=organisation.pk)

    tell_callback(wished(response))
    tell_callback(wished(response, "ann@example.org"))

    _alert, mail = Message.objects.select_related("body").order_by("created_at", "pk")
    (case,) = Case.objects.all()
    assert mail.body.subject.startswith(subject)
    assert mail.body.text.splitlines()[0] == "Two days late."
    assert line in mail.body.text
    assert line.partition(":")[0].strip() in mail.body.html
    said = [(event.text, event.detail) for event in thread(case) if event.kind == "callback"]
    assert said == [
        ("+33639981234", {"wording": "I agree."}),
        ("ann@example.org", {"wording": "I agree."}),
    ]


def test_a_wish_that_came_with_the_score_is_in_its_mail(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2)
    response.callback_at = response.answered_at
    response.save()
    payload = {"response": str(response.pk), "survey": str(survey.pk), "has_wish": True}
    event = publish(organisation=organisation, kind="response.completed", payload=payload)

    for _ in range(2):
        evaluate_response(str(organisation.pk), [str(event.pk)])
    notify(organisation_id=organisation.pk)

    (mail,) = Message.objects.select_related("body")
    assert mail.body.subject.startswith("▼ 2/10 · to be contacted – ")
    assert [event.kind for event in thread(Case.objects.get())].count("callback") == 1


def test_a_wish_opens_its_case_again(organisation, channel, alice, ledger):
    survey, _rule = watched(organisation, alice)
    response = answered(survey, 2)
    evaluate(response=response)
    close_case(case=Case.objects.get(), reason="resolved", note="", actor=None)

    tell_callback(wished(response))

    assert Case.objects.get().state == "new"


def test_a_wish_that_no_rule_watches_reaches_the_owners(organisation, channel, alice, ledger):
    survey, rule = watched(organisation, alice)
    rule.is_active = False
    rule.save()
    response = answered(survey, 5)
    evaluate(response=response)

    tell_callback(wished(response, ""))

    (message,) = Message.objects.select_related("body")
    case = Case.objects.get()
    owners = Membership.objects.filter(organisation=organisation, role="owner")
    assert [message.to] == [owner.user.email for owner in owners]
    assert str(case.pk) in message.body.text
    assert (case.assignee, case.response_id) == (None, response.pk)
