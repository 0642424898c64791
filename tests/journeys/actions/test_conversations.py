"""A survey answered by text: score, words, one more try, silence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_out.actions.channels import create_channel
from channels_out.actions.inbound import receive
from channels_out.models import Message, SmsConversation
from cxhub.lib.sealing import unseal
from cxhub.lib.sms import segments
from cxhub.lib.tokens import token_hash
from events.models import DomainEvent
from journeys.actions.sending import send_outreach
from journeys.actions.sends import start_send
from journeys.models import Outreach
from journeys.queries import texts
from journeys.tasks import continue_conversation, settle_outreach
from surveys.models import Invitation, Response, Score
from tests.factories.contacts import reachable
from tests.factories.surveys import LiveSurveyFactory

NUMBER = "+33639980001"


@pytest.fixture
def channel(organisation):
    organisation.language = "fr"
    organisation.save()
    return create_channel(
        organisation=organisation,
        kind="sms",
        provider="simulator",
        name="Texts",
        sender="+33600000000",
    )


@pytest.fixture
def asked(organisation, channel):
    """One customer who was just asked by text; returns what to say and what came back."""
    reachable(organisation, 1, language="fr")
    survey = LiveSurveyFactory(organisation=organisation)
    start_send(
        organisation=organisation,
        survey=survey,
        channel_kind="sms",
        audience={"kind": "all"},
        created_by=None,
    )
    send_outreach(organisation_id=organisation.pk)
    counter = iter(range(1000))

    def say(text, number=NUMBER):
        known = set(Message.objects.values_list("pk", flat=True))
        inbound = receive(
            channel=channel, sender=number, text=text, provider_id=f"SM{next(counter)}"
        )
        run(organisation, "inbound.received", continue_conversation)
        inbound.refresh_from_db()
        replies = Message.objects.exclude(pk__in=known).select_related("body")
        return inbound.outcome, [reply.body.text for reply in replies.order_by("pk")]

    return say


def run(organisation, kind, task):
    waiting = DomainEvent.objects.filter(kind=kind).exclude(pending=[])
    task(str(organisation.pk), [str(event.pk) for event in waiting])


def test_the_score_then_the_words(organisation, asked):
    first = asked("3")
    second = asked("Deux jours de retard, et personne au téléphone")
    third = asked("Allô ?")

    response = Response.objects.get()
    assert first == ("answered", ["Merci. Que devons-nous corriger en priorité ?"])
    assert second == (
        "answered",
        ["C'est noté, merci ! Votre avis est lu par notre équipe."],
    )
    assert third == ("unsolicited", [])
    assert response.answers == {"q1": 3, "q2": "Deux jours de retard, et personne au téléphone"}
    assert (response.state, response.channel) == ("completed", "sms")
    assert Score.objects.values_list("metric", "value").get() == ("nps", 3)
    assert SmsConversation.objects.get().is_open is False


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("10/10", {"q1": 10}),
        ("10 !", {"q1": 10}),
        ("dix", {"q1": 10}),
        ("９", {"q1": 9}),
        ("9 car super accueil", {"q1": 9, "q2": "car super accueil"}),
    ],
)
def test_a_score_is_read_however_it_is_typed(asked, text, answers):
    """AB-35"""
    outcome, replies = asked(text)

    assert outcome == "answered"
    assert len(replies) == 1
    assert Response.objects.get().answers == answers


def test_words_that_come_with_the_score_end_the_exchange(asked):
    assert asked("9 car super accueil")[1] == [
        "C'est noté, merci ! Votre avis est lu par notre équipe."
    ]


def test_an_unclear_answer_is_asked_once_more_then_linked_then_silence(organisation, asked):
    """AB-35: one polite second try, then the page, then nothing."""
    first = asked("8 ou 9")
    second = asked("peut-être")
    third = asked("bon alors")

    link = Message.objects.order_by("-pk").exclude(sealed_slots="").first()
    address = unseal(link.sealed_slots)["link"]
    assert first == (
        "unclear",
        ["Je n'ai pas compris. Envoyez seulement un chiffre de 0 à 10, par exemple 8."],
    )
    assert second == ("unclear", ["Vous pouvez répondre ici : {link}"])
    assert third == ("unsolicited", [])
    assert Invitation.objects.get().token_hash == token_hash(address.rpartition("/")[2])
    assert Response.objects.count() == 0


def test_a_second_try_that_is_clear_counts(asked):
    asked("ça va")

    assert asked("8")[0] == "answered"


def test_stop_ends_everything_and_stores_no_answer(asked):
    """AB-34: the refusal comes first, and nothing is asked after it."""
    outcome, _confirmation = asked("STOP")

    assert outcome == "opt_out"
    assert Response.objects.count() == 0
    assert asked("9") == ("unsolicited", [])


def test_the_same_text_twice_is_a_machine(asked):
    """AB-36"""
    assert asked("Je suis absent du bureau")[0] == "unclear"

    assert asked("Je suis absent du bureau") == ("unsolicited", [])
    assert SmsConversation.objects.get().is_open is False


def test_a_number_gets_six_answers_a_day_at_most(organisation, asked):
    """AB-36"""
    template = Message.objects.get()
    for number in range(6):
        Message.objects.create(
            organisation=organisation,
            channel=template.channel,
            body=template.body,
            purpose="reply",
            to=NUMBER,
            language="fr",
            dedupe_key=f"reply:{number}",
            expires_at=timezone.now(),
        )

    assert asked("9") == ("answered", [])


def test_a_late_answer_is_kept_and_not_answered(asked):
    """AB-37"""
    SmsConversation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert asked("9") == ("unsolicited", [])
    assert Response.objects.count() == 0


def test_a_stranger_is_not_answered(asked):
    """AB-37"""
    assert asked("9", number="+33639980099") == ("unsolicited", [])


def test_an_answer_settles_the_outreach(organisation, asked):
    asked("9")
    run(organisation, "response.completed", settle_outreach)

    assert Outreach.objects.get().state == "answered"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("brand", ["Maison Lune", "Boulangerie Martin", "L’Hôtel à l’Étoile bleue"])
def test_every_text_is_one_plain_segment(language, brand):
    written = [
        texts.question_text(brand, language),
        texts.thanks_text(language),
        texts.again_text(language),
        texts.closed_text(language),
        texts.link_text(brand, language, two_way=True).replace(
            "{link}", "https://avis.maisonlune.fr/r/" + "x" * 22
        ),
        texts.elsewhere_text(language),
    ]

    assert [(segments.count(text).encoding, segments.count(text).segments) for text in written] == [
        ("GSM-7", 1)
    ] * len(written)
