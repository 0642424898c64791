"""The mails: words first, inert whatever was typed, the same in text and HTML."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from alerts.actions.evaluation import evaluate
from alerts.actions.letters import alert_body, digest_body
from cases.models import Case
from tests.conftest import member
from tests.factories.accounts import PlaceFactory
from tests.factories.alerts import answered, watched

AT = datetime(2026, 3, 14, 9, 42, tzinfo=UTC)
HOSTILE = (
    "<img src=x onerror=alert(1)>{{7*7}}{% now %} {words}\r\nBcc: all@evil.example\r\n"
    '=cmd|"/c calc"!A1 https://evil.example/<script>alert(2)</script>'
)


@pytest.fixture
def lea(organisation):
    return member(organisation, "agent", name="Léa", email="lea@example.org", language="fr")


@pytest.fixture
def ben(organisation):
    return member(organisation, "agent", name="Ben", email="ben@example.org", language="en")


def incident_of(organisation, to, words="Two days late.", **fields):
    survey, _rule = watched(organisation, to, name="Delivery")
    place = PlaceFactory(organisation=organisation, name="Lyon")
    fields = {"place": place, "answered_at": AT, "channel": "sms", **fields}
    return evaluate(response=answered(survey, 2, words, **fields))[0]


def visible(html):
    """The words a reader sees, line ends and indentation aside."""
    body = re.sub(r"<(style|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_customers_words_come_first(organisation, ben):
    incident = incident_of(organisation, ben, name="Ann Durand")

    body = alert_body(member=ben, incidents=[incident])

    assert body.subject == "▼ 2/10 – Delivery, Lyon – “Two days late.”"
    assert body.text.startswith("Two days late.\n")
    assert visible(body.html).startswith("Two days late.")
    lines = body.text.splitlines()
    assert lines[2:8] == [
        "Score: ▼ 2/10 · Detractor",
        "Survey: Delivery",
        "Place: Lyon",
        "Channel: SMS",
        "Received: 14 March 2026, 10:42",
        "Customer: Ann Durand",
    ]


def test_in_french(organisation, lea):
    incident = incident_of(organisation, lea, "Deux jours de retard.")

    body = alert_body(member=lea, incidents=[incident])

    assert body.subject == "▼ 2/10 – Delivery, Lyon – «\u00a0Deux jours de retard.\u00a0»"
    lines = body.text.splitlines()
    assert lines[2:8] == [
        "Note\u00a0: ▼ 2/10 · Détracteur",
        "Enquête\u00a0: Delivery",
        "Lieu\u00a0: Lyon",
        "Canal\u00a0: SMS",
        "Reçu le\u00a0: 14 mars 2026, 10:42",
        "Client\u00a0: Anonyme",
    ]
    assert 'lang="fr"' in body.html


def test_text_and_html_say_the_same(organisation, ben):
    incident = incident_of(organisation, ben, "Late.\n\nAnd broken.", name="Ann")

    body = alert_body(member=ben, incidents=[incident])

    seen = visible(body.html)
    for line in filter(None, body.text.splitlines()):
        words = re.sub(r"^(\w+): ", r"\1 ", line).removesuffix("-- ").strip()
        assert words in seen or words in body.html


@pytest.mark.parametrize(
    ("name", "place", "button"), [("", "", "Open the case"), ("Ann", "#customer-title", "Reply")]
)
def test_links_lead_to_pages_of_the_application(organisation, ben, settings, name, place, button):
    settings.SITE_URL = "https://cx.example"
    incident = incident_of(organisation, ben, name=name)
    case = Case.objects.get()

    body = alert_body(member=ben, incidents=[incident])

    root = f"https://cx.example/o/{organisation.slug}"
    assert re.findall(r"https?://\S+", body.text) == [
        f"{root}/inbox/{case.pk}/{place}",
        f"{root}/inbox/{case.pk}/take/",
        f"{root}/alerts/{incident.rule_id}/leave/",
    ]
    assert re.findall(r'href="([^"]+)"', body.html) == re.findall(r"https?://\S+", body.text)
    assert (f"\n{button}\n" in body.text, f">{button}</a>" in body.html) == (True, True)


def test_hostile_words_are_inert(organisation, ben):
    """AB-26: what a customer typed is shown as typed, and does nothing."""
    incident = incident_of(organisation, ben, HOSTILE, name="<b>Ann</b>{{x}}")

    body = alert_body(member=ben, incidents=[incident])

    assert body.text.startswith(HOSTILE.replace("\r\n", "\n")) or body.text.startswith(HOSTILE)
    assert "<img" not in body.html
    assert "<script" not in body.html
    assert "<b>Ann" not in body.html
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}{% now %} {words}" in body.html
    assert 'href="https://evil.example' not in body.html


def test_a_subject_is_one_line_and_short(organisation, ben):
    """AB-27: an answer can neither start a header nor fill one."""
    incident = incident_of(organisation, ben, HOSTILE + "x" * 4000)

    subject = alert_body(member=ben, incidents=[incident]).subject

    assert re.search(r"[\r\n\x00-\x1f]", subject) is None
    assert len(subject) <= 180


def test_the_longest_names_fit(organisation, ben):
    survey, _rule = watched(organisation, ben, name="W" * 80)
    place = PlaceFactory(organisation=organisation, name="P" * 80)
    (incident,) = evaluate(response=answered(survey, 0, "word " * 800, place=place))

    assert len(alert_body(member=ben, incidents=[incident]).subject) <= 180


def test_a_score_without_words(organisation, ben):
    incident = incident_of(organisation, ben, "")

    body = alert_body(member=ben, incidents=[incident])

    assert body.subject == "▼ 2/10 – Delivery, Lyon"
    assert body.text.startswith("No comment was left.\n")


def test_the_history_of_the_customer(organisation, ben):
    survey, _rule = watched(organisation, ben, name="Delivery")
    first = answered(survey, 9, name="Ann", answered_at=AT - timedelta(days=30))
    second = answered(survey, 7, contact=first.contact, answered_at=AT - timedelta(days=2))
    (incident,) = evaluate(response=answered(survey, 3, contact=second.contact, answered_at=AT))

    text = alert_body(member=ben, incidents=[incident]).text

    assert "History: Answer 3 of this customer. Before:" in text
    assert "● 7/10 · Delivery · 12 March 2026, 10:42" in text
    assert "▲ 9/10 · Delivery · 12 February 2026, 10:42" in text


def test_a_summary_lists_every_answer_once(organisation, ben):
    survey, _rule = watched(organisation, ben, name="Delivery")
    responses = [answered(survey, 1, f"<i>Late {n}</i>") for n in range(3)]
    incidents = [evaluate(response=response)[0] for response in responses]

    body = digest_body(member=ben, incidents=incidents)

    assert body.subject == "▼ 3 new alerts – Delivery"
    assert [body.text.count(f"<i>Late {n}</i>") for n in range(3)] == [1, 1, 1]
    assert [body.html.count(f"&lt;i&gt;Late {n}&lt;/i&gt;") for n in range(3)] == [1, 1, 1]
    for response in responses:
        assert f"/inbox/responses/{response.pk}/" in body.text
