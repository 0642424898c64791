"""What a customer told us, in the reader's words."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from cases.queries.stories import excerpt, past_of, reachable, story_of
from tests.factories.accounts import PlaceFactory
from tests.factories.alerts import answered
from tests.factories.surveys import LiveSurveyFactory


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Two days late.", "Two days late."),
        ("Two\r\ndays \n\n late.", "Two days late."),
        ("Nobody answered the phone, nobody came", "Nobody answered the phone…"),
        ("x" * 40, "x" * 29 + "…"),
        ("", ""),
    ],
)
def test_an_excerpt_is_one_line_cut_between_words(text, shown):
    assert excerpt(text, 30) == shown


def test_a_story(organisation):
    survey = LiveSurveyFactory(organisation=organisation, name="Delivery")
    place = PlaceFactory(organisation=organisation, name="Lyon")

    with translation.override("en"):
        story = story_of(answered(survey, 2, "Late.", name="Ann", place=place, channel="sms"))

    assert (story.score, story.high, story.group) == (2, 10, "detractor")
    assert (story.words, story.language) == ("Late.", "fr")
    assert (story.survey, story.place, story.channel, story.customer) == (
        "Delivery",
        "Lyon",
        "SMS",
        "Ann",
    )
    assert [(one.question, one.answer) for one in story.answers] == [
        ("How likely are you to recommend Maison Lune to a friend or colleague?", "2/10")
    ]


def test_a_score_with_a_word_of_its_scale(organisation):
    survey = LiveSurveyFactory(organisation=organisation, template="csat")

    with translation.override("fr"):
        story = story_of(answered(survey, 1))

    assert [one.answer for one in story.answers] == ["1/5 · très insatisfaisant"]
    assert (story.score, story.high, story.words) == (1, 5, "")


def test_the_past_of_a_customer(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    now = timezone.now()
    first = answered(survey, 9, name="Ann", answered_at=now - timedelta(days=9))
    for days in (8, 7, 6):
        answered(survey, days, contact=first.contact, answered_at=now - timedelta(days=days))
    answered(survey, 1, contact=first.contact, state="quarantined")
    response = answered(survey, 2, contact=first.contact, answered_at=now)

    number, past = past_of(response)

    assert number == 5
    assert [story.score for story in past] == [6, 7, 8]


def test_nobody_has_no_past_and_no_address(organisation):
    response = answered(LiveSurveyFactory(organisation=organisation), 2)

    assert past_of(response) == (1, [])
    assert reachable(response.contact) is None
