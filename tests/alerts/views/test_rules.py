"""The alerts' pages through HTTP: sentences, the form with its back-test, the switch."""

import re
from html import unescape

import pytest

from accounts.models import Membership
from alerts.models import Rule
from tests.conftest import client_of, member
from tests.factories.accounts import TeamFactory
from tests.factories.alerts import answered, watched
from tests.factories.surveys import LiveSurveyFactory


@pytest.fixture
def home(organisation):
    return f"/o/{organisation.slug}/alerts/"


@pytest.fixture
def survey(organisation):
    return LiveSurveyFactory(organisation=organisation, name="Delivery")


def text_of(response):
    return " ".join(unescape(response.content.decode()).split())


def posted(watched_survey, *members, **changes):
    return {
        "survey": str(watched_survey.pk),
        "at_most": "4",
        "recipients": [str(one.pk) for one in members],
        "open_case": "on",
        **changes,
    }


def test_a_rule_is_a_sentence(bob_client, organisation, alice, bob, home):
    watched(organisation, alice, bob, name="Delivery")

    text = text_of(bob_client.get(home))

    assert (
        "When a score of 6 or less arrives on “Delivery”: open a case, email Alice and Bob at once."
    ) in text
    assert "0 alerts in 30 days" in text
    assert 'role="switch"' not in text


@pytest.mark.parametrize("rules", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    alice_client, organisation, alice, home, rules, django_assert_num_queries
):
    for _ in range(rules):
        watched(organisation, alice)
    alice_client.get(home)

    with django_assert_num_queries(15):
        page = alice_client.get(home)

    assert text_of(page).count('role="switch"') == rules


def test_a_survey_without_a_rule_is_watched_in_one_click(alice_client, alice, survey, home):
    offered = text_of(alice_client.get(home))

    answer = alice_client.post(f"{home}surveys/{survey.pk}/")

    assert "Unhappy customers of “Delivery”: open a case and email me at once." in offered
    assert answer.headers["Location"] == home
    rule = Rule.objects.get()
    assert (rule.survey, rule.is_active, rule.recipients) == (survey, True, [str(alice.pk)])


def test_nothing_to_watch_says_what_to_do(alice_client, home):
    assert "No alert yet" in text_of(alice_client.get(home))


def test_the_switch(alice_client, organisation, alice, home):
    _survey, rule = watched(organisation, alice)

    alice_client.post(f"{home}{rule.pk}/switch/", {"state": "off"})
    rule.refresh_from_db()
    off = rule.is_active
    alice_client.post(f"{home}{rule.pk}/switch/", {"state": "on"})
    rule.refresh_from_db()

    assert (off, rule.is_active) == (False, True)


def test_a_new_rule(alice_client, alice, bob, survey, home):
    answer = alice_client.post(f"{home}new/", posted(survey, alice, bob))

    assert answer.headers["Location"] == home
    rule = Rule.objects.get()
    assert (rule.params, rule.reactions, rule.is_active) == (
        {"metric": "nps", "at_most": 4},
        ["open_case", "email"],
        True,
    )
    assert rule.recipients == [str(alice.pk), str(bob.pk)]


def test_a_team_is_told(alice_client, organisation, alice, bob, survey, home):
    team = TeamFactory(organisation=organisation, name="Nord")
    Membership.objects.filter(pk=bob.pk).update(team=team)
    offered = text_of(alice_client.get(f"{home}new/"))

    alice_client.post(f"{home}new/", posted(survey, team, alice))
    rule = Rule.objects.get()
    edited = alice_client.get(f"{home}{rule.pk}/").content.decode()

    assert "Team Nord (Bob)" in offered
    assert (rule.teams, rule.recipients) == ([str(team.pk)], [str(alice.pk)])
    assert "email the team Nord and Alice at once" in text_of(alice_client.get(home))
    for one in (team, alice):
        box = re.search(f'<input[^>]*value="{one.pk}"[^>]*>', edited)[0]
        assert "checked" in box


def test_without_a_case(alice_client, alice, survey, home):
    wanted = posted(survey, alice)
    del wanted["open_case"]

    alice_client.post(f"{home}new/", wanted)

    assert Rule.objects.get().reactions == ["email"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipients": []}, "Choose at least one person to tell"),
        ({"recipients": ["nonsense"]}, "Choose people of your organisation"),
        ({"at_most": "10"}, "Choose a score within the survey’s scale"),
        ({"at_most": "-1"}, "Choose a score within the survey’s scale"),
        ({"at_most": ""}, "Choose a score"),
        ({"survey": "nonsense"}, "nonsense"),
        ({"survey": ""}, "Choose a survey"),
    ],
)
def test_a_senseless_rule_is_refused_with_what_was_typed(
    alice_client, alice, survey, home, changes, said
):
    page = alice_client.post(f"{home}new/", posted(survey, alice, **changes))

    assert page.status_code == 422
    assert said in text_of(page)
    assert Rule.objects.count() == 0


def test_only_members_are_told(alice_client, alice, charlie, survey, home):
    """AB-44: an outside membership is refused by the form as by the action."""
    page = alice_client.post(f"{home}new/", posted(survey, alice, charlie))

    assert page.status_code == 422
    assert "Choose people of your organisation" in text_of(page)


def test_the_form_shows_the_back_test(alice_client, survey, home):
    for score in (1, 5, 9):
        answered(survey, score)

    proposed = text_of(alice_client.get(f"{home}new/"))
    stricter = text_of(
        alice_client.get(f"{home}preview/", {"survey": str(survey.pk), "at_most": "3"})
    )

    assert "Would have fired 2 times in the last 30 days." in proposed
    assert "Would have fired 1 time in the last 30 days." in stricter


def test_the_scores_are_those_of_the_survey(alice_client, organisation, home):
    survey = LiveSurveyFactory(organisation=organisation, template="csat")

    page = text_of(alice_client.get(f"{home}preview/", {"survey": str(survey.pk), "at_most": "9"}))

    assert [score for score in range(11) if f">{score} out of 5<" in page] == [1, 2, 3, 4]
    assert '<option value="2" selected>' in page


def test_editing(alice_client, organisation, alice, home):
    survey, rule = watched(organisation, alice)

    form = text_of(alice_client.get(f"{home}{rule.pk}/"))
    answer = alice_client.post(f"{home}{rule.pk}/", posted(survey, alice, revision="1"))
    stale = alice_client.post(f"{home}{rule.pk}/", posted(survey, alice, at_most="2", revision="1"))

    assert '<option value="6" selected>' in form
    assert answer.headers["Location"] == home
    assert stale.status_code == 409
    assert "Somebody changed this alert while you were on it" in text_of(stale)
    assert '<option value="2" selected>' in text_of(stale)
    assert 'name="revision" value="2"' in text_of(stale)
    rule.refresh_from_db()
    assert (rule.params["at_most"], rule.revision) == (4, 2)


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_who_may_not_change_alerts(organisation, alice, home, role):
    """AB-03: reading and acting on cases is not deciding who is told."""
    survey, rule = watched(organisation, alice)
    client = client_of(member(organisation, role))

    answers = [
        client.get(f"{home}new/"),
        client.post(f"{home}new/", posted(survey, alice)),
        client.post(f"{home}{rule.pk}/", posted(survey, alice)),
        client.post(f"{home}{rule.pk}/switch/", {"state": "off"}),
        client.post(f"{home}surveys/{survey.pk}/"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    rule.refresh_from_db()
    assert (rule.is_active, rule.revision, Rule.objects.count()) == (True, 1, 1)


def test_another_organisations_rule_does_not_exist(charlie_client, charlie, organisation, alice):
    """AB-01: under my own address, somebody else's rule and survey are a 404."""
    survey, rule = watched(organisation, alice)
    home = f"/o/{charlie.organisation.slug}/alerts/"

    answers = [
        charlie_client.get(f"{home}{rule.pk}/"),
        charlie_client.post(f"{home}{rule.pk}/switch/", {"state": "off"}),
        charlie_client.post(f"{home}{rule.pk}/leave/"),
        charlie_client.post(f"{home}surveys/{survey.pk}/"),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_the_mails_stop_link_asks_before_it_acts(bob_client, organisation, alice, bob, home):
    """AB-18: opening the link changes nothing; the button does."""
    _survey, rule = watched(organisation, alice, bob)

    page = bob_client.get(f"{home}{rule.pk}/leave/")
    rule.refresh_from_db()
    still_named = str(bob.pk) in rule.recipients
    bob_client.post(f"{home}{rule.pk}/leave/")
    rule.refresh_from_db()

    assert "Stop telling me" in text_of(page)
    assert still_named
    assert rule.recipients == [str(alice.pk)]


def test_the_last_person_told_cannot_just_leave(alice_client, organisation, alice, home):
    _survey, rule = watched(organisation, alice)

    page = alice_client.post(f"{home}{rule.pk}/leave/")

    assert page.status_code == 422
    assert "You are the only person told." in text_of(page)
