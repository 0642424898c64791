"""The results page: the same numbers as the rows, filters in the address, words in full."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from cxhub.lib.tenancy import tenant
from surveys.actions.rollups import roll_up
from surveys.definition import new_document
from surveys.models import Survey
from tests.conftest import client_of, member
from tests.dashboards.answers import answer, answer_at_random, live_survey, recount, rows_of
from tests.factories.accounts import PlaceFactory
from tests.factories.cases import CaseFactory
from tests.factories.contacts import ContactFactory

HOSTILE = '<script>alert(1)</script> & "so" on'
QUERIES = 23


@pytest.fixture(scope="module")
def made_survey(make_once, made_organisation):
    return make_once(partial(live_survey, name="Delivery"), made_organisation)


@pytest.fixture
def survey(organisation, made_survey):
    return made_survey.copy(organisation)


def url(survey, tail="", query=""):
    return f"/o/{survey.organisation.slug}/surveys/{survey.pk}/results/{tail}{query}"


def headline(html):
    """The score, n, and the reasons as the page prints them."""
    value = re.search(r'kpi-value">([^<]*)<', html)[1]
    n = re.search(r'class="kpi-n">\s*([\d,]+) response', html)[1]
    uncounted = re.search(r"<summary>([\d,]+) answer", html)
    return value, int(n.replace(",", "")), int(uncounted[1]) if uncounted else 0


@pytest.mark.slow
@pytest.mark.parametrize("period", ["7d", "30d", "all"])
def test_the_page_shows_what_the_rows_say(organisation, survey, alice_client, period):
    """U7: page = recomputation, also when a channel and a place are chosen."""
    places = answer_at_random(survey, 120, seed=5, days=28)
    days = {"7d": 7, "30d": 30, "all": 400}[period]
    since = timezone.localtime(timezone=_zone(organisation)).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) - timedelta(days=days - 1)

    rows = rows_of(survey)
    for channel, place in (("", None), ("sms", None), ("", places[0])):

        def keep(response, channel=channel, place=place):
            is_place = place is None or response.place_id == place.pk
            return is_place and channel in {"", response.channel}

        query = f"?period={period}&channel={channel}&place={place.pk if place else ''}"
        counts, excluded = recount(rows, keep, since, timezone.now() + timedelta(hours=1))
        html = alice_client.get(url(survey, query=query)).content.decode()
        n, nps = sum(counts), 100 * (sum(counts[9:]) - sum(counts[:7])) / sum(counts)
        shown = f"{round(nps):+d}".replace("-", "−") if round(nps) else "0"
        assert headline(html) == (shown, n, sum(excluded.values()))


def _zone(organisation):
    from zoneinfo import ZoneInfo

    return ZoneInfo(organisation.timezone)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_any_number_of_answers(
    organisation, survey, alice_client, count, django_assert_num_queries
):
    place = PlaceFactory(organisation=organisation)
    for number in range(count):
        contact = ContactFactory(organisation=organisation)
        answer(survey, 9, contact=contact, place=place, answers={"q2": f"Word {number}"})
    roll_up(organisation.pk)
    alice_client.get(url(survey))
    survey_changed(survey)

    with django_assert_num_queries(QUERIES):
        alice_client.get(url(survey))


def survey_changed(survey):
    survey.refresh_from_db()
    Survey.objects.filter(pk=survey.pk).update(results_version=survey.results_version + 1)


def test_words_are_shown_in_full_and_never_as_markup(organisation, survey, alice_client):
    """AB-26: in the feed of a survey's results."""
    answer(survey, 2, answers={"q2": HOSTILE + " and on" * 80})
    roll_up(organisation.pk)

    html = alice_client.get(url(survey)).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot; on" in html
    assert html.count(" and on") == 80


def test_groups_and_comments_filter_the_feed(organisation, survey, alice_client):
    answer(survey, 10, answers={"q2": "Loved it"})
    answer(survey, 8, answers={"q2": "Fine"})
    answer(survey, 0, answers={"q2": "Never again"})
    answer(survey, 1)
    roll_up(organisation.pk)

    def said(query):
        html = alice_client.get(url(survey, "responses/", query)).content.decode()
        return re.findall(r"<blockquote[^>]*>([^<]*)<", html), html.count("<article")

    assert said("?group=detractor") == (["Never again"], 2)
    assert said("?group=detractor&comment=1") == (["Never again"], 1)
    assert said("?group=promoter") == (["Loved it"], 1)
    assert said("?group=nonsense") == (["Never again", "Fine", "Loved it"], 4)


def test_older_pages_stay_whole_while_answers_come_in(organisation, survey, alice_client):
    start = timezone.now() - timedelta(hours=1)
    for number in range(12):
        answer(survey, 9, at=start + timedelta(minutes=number), answers={"q2": f"Word {number}"})
    roll_up(organisation.pk)
    first = alice_client.get(url(survey, "responses/")).content.decode()
    older = re.search(r"before=([^\"#]+)\"", first)[1]

    answer(survey, 9, answers={"q2": "Meanwhile"})
    second = alice_client.get(url(survey, "responses/", f"?before={older}")).content.decode()

    assert re.findall(r"Word \d+", first) == [f"Word {n}" for n in range(11, 1, -1)]
    assert re.findall(r"Word \d+", second) == ["Word 1", "Word 0"]
    assert "Meanwhile" not in second


def test_numbers_are_fetched_only_when_they_changed(organisation, survey, alice_client):
    answer(survey, 9)
    roll_up(organisation.pk)
    page = alice_client.get(url(survey)).content.decode()
    version = re.search(r"v=(\d+-\d+)", page)[1]
    seen = re.search(r'id="feed-seen"[^>]*value="([^"]+)"', page)[1]

    unchanged = alice_client.get(url(survey, "numbers/", f"?v={version}"))
    answer(survey, 10)
    answer(survey, 10)
    roll_up(organisation.pk)
    changed = alice_client.get(url(survey, "numbers/"), {"v": version, "seen": seen})

    assert (unchanged.status_code, unchanged.content) == (204, b"")
    assert changed.status_code == 200
    assert headline(changed.content.decode()) == ("+100", 3, 0)
    assert "2 new responses: show" in changed.content.decode()
    assert "<article" not in changed.content.decode()


def test_an_empty_feed_fills_by_itself(organisation, survey, alice_client):
    page = alice_client.get(url(survey)).content.decode()
    version = re.search(r"v=(\d+-\d+)", page)[1]
    assert "No responses yet" in page

    answer(survey, 9, answers={"q2": "The first words"})
    roll_up(organisation.pk)
    html = alice_client.get(url(survey, "numbers/"), {"v": version, "seen": ""}).content.decode()

    assert re.search(r'<section id="feed"[^>]*hx-swap-oob="true"', html)
    assert "The first words" in html
    assert "new response: show" not in html
    assert "data-focus" not in html


def test_numbers_are_cached_per_organisation_language_and_filter(
    organisation, survey, alice, alice_client, other_organisation, charlie
):
    """AB-10: nobody gets a fragment that was rendered for somebody else."""
    answer(survey, 10, channel="sms")
    answer(survey, 0, channel="web")
    roll_up(organisation.pk)
    with tenant(other_organisation.pk):
        theirs = live_survey(other_organisation, name="Delivery")
        answer(theirs, 10)
        roll_up(other_organisation.pk)

    english = alice_client.get(url(survey, "numbers/")).content.decode()
    sms = alice_client.get(url(survey, "numbers/", "?channel=sms")).content.decode()
    alice.user.language = "fr"
    alice.user.save()
    french = alice_client.get(url(survey, "numbers/")).content.decode()
    other = client_of(charlie).get(url(theirs, "numbers/")).content.decode()

    assert [headline(html) for html in (english, sms, other)] == [
        ("0", 2, 0),
        ("+100", 1, 0),
        ("+100", 1, 0),
    ]
    assert "2 réponses" in french


def test_an_empty_survey_says_what_to_do(survey, alice_client):
    html = alice_client.get(url(survey)).content.decode()

    assert "Waiting for the first response" in html
    assert f"/surveys/{survey.pk}/share/" in html


def test_few_answers_only_indicate(organisation, survey, alice_client):
    answer(survey, 10)
    roll_up(organisation.pk)

    assert "Indicative" in alice_client.get(url(survey)).content.decode()


def test_choices_are_bars_with_shares(organisation, alice_client):
    document = new_document("nps", ["en"], "Brand")
    document["questions"].append(
        {
            "key": "q3",
            "kind": "choice",
            "required": False,
            "text": {"en": "What mattered?"},
            "multiple": True,
            "choices": [
                {"id": "c1", "text": {"en": "Price"}},
                {"id": "c2", "text": {"en": "Service"}},
            ],
        }
    )
    survey = live_survey(organisation, draft=document, languages=["en"], default_language="en")
    answer(survey, 9, answers={"q3": ["c1", "c2"]})
    answer(survey, 9, answers={"q3": ["c2"]})
    answer(survey, 9)
    roll_up(organisation.pk)

    html = alice_client.get(url(survey)).content.decode()
    bars = re.findall(r'<th scope="row">(Price|Service)</th>.*?num">([^<]+)<', html, re.DOTALL)

    assert bars == [("Service", "100%"), ("Price", "50%")]
    assert "no answer 1" in html


def test_a_viewer_sees_no_gesture_and_an_agent_opens_cases(organisation, survey, bob_client):
    answer(survey, 1, answers={"q2": "Bad"})
    handled = answer(survey, 0, answers={"q2": "Worse"})
    case = CaseFactory(response=handled)
    roll_up(organisation.pk)
    agent = client_of(member(organisation, "agent"))

    viewer_html = bob_client.get(url(survey)).content.decode()
    agent_html = agent.get(url(survey)).content.decode()

    assert viewer_html.count("Open a case") == 0
    assert agent_html.count("Open a case") == 1
    assert f"Case {case.number}" in agent_html


@pytest.mark.parametrize(
    "query", ["?period=x", "?place=x", "?channel=" + "x" * 99, "?before=x~y", "?seen=~&v="]
)
def test_nonsense_in_the_address_means_the_default(survey, alice_client, query):
    for tail in ("", "numbers/", "responses/"):
        assert alice_client.get(url(survey, tail, query)).status_code == 200
