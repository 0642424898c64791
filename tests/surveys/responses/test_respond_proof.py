"""A link to which very many answers come asks each for a proof of work: AB-20, AB-21."""

import re
import time
from itertools import count
from uuid import uuid4

import pytest
import time_machine

from cxhub.lib.limits import LocalLimit, SpreadLimit
from cxhub.lib.proofs import challenge, is_work
from surveys.actions import pages
from surveys.actions.collectors import create_collector
from surveys.actions.publishing import publish_survey
from surveys.models import Response
from surveys.queries import openings
from surveys.views import respond_demand, respond_take
from tests.surveys.responses.browser import fields, opened, post_json, sheet
from tests.surveys.responses.quick import sheet as quick_sheet

TOLD = "because very many are coming in"
KEPT = "Deux jours & « rien »"


def solved(text: str) -> str:
    return next(f"{text}:{number}" for number in count() if is_work(text, str(number)))


def proof_for(collector, submission_id):
    return solved(challenge(collector.code, str(submission_id)))


@pytest.fixture
def url(collector):
    return f"/s/{collector.code.lower()}"


@pytest.fixture
def flooded(collector):
    respond_demand.DEMAND.turn_on(collector.code)
    return collector


def json_sheet(**more):
    return {"submission_id": str(uuid4()), "answers": {"q1": 3, "q2": KEPT}, **more}


def old_proof(collector, submission_id):
    with time_machine.travel(time.time() - 601):
        return proof_for(collector, submission_id)


def lazy_proof(collector, submission_id):
    text = challenge(collector.code, submission_id)
    return next(f"{text}:{number}" for number in count() if not is_work(text, str(number)))


WRONG = {
    "absent": lambda _collector, _sheet: None,
    "empty": lambda _collector, _sheet: "",
    "no work": lazy_proof,
    "expired": old_proof,
    "used for another sheet": lambda collector, _sheet: proof_for(collector, uuid4()),
    "another door's": lambda _collector, sheet: solved(challenge("ABCDEFGH", sheet)),
    "unsigned": lambda _collector, _sheet: solved(f"1vUXxg:{'A' * 43}"),
    "10 kB": lambda _collector, _sheet: "9" * 10_000,
    "in many bytes": lambda _collector, _sheet: "é😀" * 20,
}


@pytest.mark.parametrize("case", WRONG)
def test_without_a_good_proof_a_page_comes_back_whole(client, flooded, url, case):
    """AB-20 and reliability 4.1: PoW token absent, reused, expired."""
    _response, page = opened(client, url)
    proof = WRONG[case](flooded, page["submission_id"])
    sent = {**page, "human": "1", "proof": proof} if proof is not None else page | {"human": "1"}

    refused = client.post(url, sheet(sent, q1="3", q2=KEPT))

    again = fields(refused.text)
    assert refused.status_code == 403
    assert TOLD in refused.text
    assert re.search(r'id="q1-?3"[^>]*checked|value="3"[^>]*checked', refused.text)
    assert "Deux jours &amp; « rien »</textarea>" in refused.text
    assert (again["submission_id"], again["human"]) == (page["submission_id"], "1")
    assert ("data-again" in refused.text) is not bool(proof)
    assert not Response.objects.exists()
    text = refused.headers["Proof-Challenge"]
    assert client.post(url, sheet({**again, "proof": solved(text)}, q1="3")).status_code == 201


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("door", ["s", "q", "k"])
def test_without_a_good_proof_a_program_is_told_what_to_do(client, flooded, door, case):
    """AB-20: no way around by JSON, nor by another kind of address."""
    if door != "s" and case != "absent":
        return
    url = f"/{door}/{flooded.code}"
    body = json_sheet()
    proof = WRONG[case](flooded, body["submission_id"])

    refused = post_json(client, url, body if proof is None else {**body, "proof": proof})

    asked = refused.json()["challenge"]
    assert (refused.status_code, refused.json()["code"]) == (403, "challenge_required")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (asked["zero_bits"], asked["expires_in"]) == (8, 600)
    assert not Response.objects.exists()
    proved = post_json(client, url, {**body, "proof": solved(asked["text"])})
    assert proved.status_code == 201


def test_a_proof_counts_once_and_the_same_sheet_twice_is_one(client, flooded, url):
    """AB-29 goes on: a lost reply is asked for again, with the same proof or, later, with none."""
    body = json_sheet()
    body["proof"] = proof_for(flooded, body["submission_id"])
    first = post_json(client, url, body)

    again = [post_json(client, url, {**body, "proof": proof}) for proof in (body["proof"], None)]
    other_words = post_json(client, url, {**body, "answers": {"q1": 10}})
    other_sheet = post_json(client, url, {**body, "submission_id": str(uuid4())})

    assert first.status_code == 201
    assert [(one.status_code, one.json()["id"]) for one in again] == [(200, first.json()["id"])] * 2
    assert (other_words.status_code, other_sheet.status_code) == (409, 403)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_only_lacks_its_proof_keeps_its_questions(client, survey, flooded, url, is_ours):
    """Who opened the page finishes the version that he opened; no other is sent by itself."""
    _response, page = opened(client, url)
    first = survey.draft["questions"][0]
    survey.draft = {**survey.draft, "questions": [{**first, "key": "q9", "required": False}]}
    survey.save()
    publish_survey(survey=survey, actor=None)
    openings.forget()
    page |= {} if is_ours else {"version": str(uuid4())}

    refused = client.post(url, sheet(page, q1="3", q2=KEPT))

    again = fields(refused.text)
    proof = solved(refused.headers["Proof-Challenge"])
    assert (refused.status_code, "data-again" in refused.text) == (403, is_ours)
    assert (again["version"] == page["version"], "answers.q1" in refused.text) == (is_ours, is_ours)
    sent = client.post(url, sheet({**again, "proof": proof}, q1="3", q2=KEPT))
    assert sent.status_code == (201 if is_ours else 400)


def test_a_save_in_between_is_no_answer_and_lets_none_through(client, flooded, url):
    body = json_sheet()

    saved = post_json(client, url, {**body, "partial": True})
    finished = post_json(client, url, body)

    assert (saved.status_code, finished.status_code) == (204, 403)
    assert [one.state for one in Response.objects.all()] == ["partial"]


@pytest.mark.parametrize("gesture", ["carry", "x"])
def test_no_gesture_leads_around_it(client, flooded, url, gesture):
    """AB-20"""
    _response, page = opened(client, url)

    refused = client.post(url, sheet({**page, "gesture": gesture}, q1="3"))

    assert refused.status_code == 403
    assert not Response.objects.exists()


def test_a_shut_door_says_so_before_it_asks_for_work(client, flooded, url):
    flooded.is_open = False
    flooded.save()

    assert post_json(client, url, json_sheet()).status_code == 410


def test_a_page_demands_only_while_it_must(client, collector, url):
    """In both languages it says what to do without JavaScript."""
    before = client.get(url)
    respond_demand.DEMAND.turn_on(collector.code)
    packed, french = client.get(url, HTTP_ACCEPT_ENCODING="gzip"), client.get(f"{url}?lang=fr")

    guarded, page = opened(client, url)

    assert "challenge" not in before.text
    assert "Proof-Challenge" not in before.text
    text = re.search(r'data-challenge="([^"]+)"', guarded.text)[1]
    assert client.post(url, sheet({**page, "proof": solved(text)}, q1="9")).status_code == 201
    assert "Without JavaScript, yours can be sent in about 10 minutes" in guarded.text
    assert "Sans JavaScript, la vôtre pourra partir dans 10 minutes" in french.text
    assert len(packed.content) < 14_000
    assert "proof" not in pages.script()


@pytest.fixture
def small_limits(monkeypatch, mid_minute):
    monkeypatch.setattr(respond_demand, "RUSH", SpreadLimit("test-rush", 6))
    monkeypatch.setattr(respond_take, "POSTS_PER_CODE", LocalLimit(8))


def test_more_answers_than_a_crowd_gives_make_a_link_demand_proof(client, collector, small_limits):
    """AB-21: the door counts, however its code is written; who proves is not kept out by others."""
    doors = [f"/s/{collector.code.lower()}", f"/s/{collector.code}/", f"/q/{collector.code}"]
    bodies = [json_sheet() for _ in range(20)]

    statuses = [
        post_json(client, doors[number % 3], body).status_code for number, body in enumerate(bodies)
    ]

    proof = proof_for(collector, bodies[-1]["submission_id"])
    proved = post_json(client, doors[0], {**bodies[-1], "proof": proof})
    assert statuses == [201] * 6 + [403] * 14
    assert proved.status_code == 201


def test_a_flood_of_refused_sheets_is_told_to_wait(client, flooded, url, monkeypatch, mid_minute):
    """AB-21: giving a page back has its limit too, and who proves does not meet it."""
    monkeypatch.setattr(respond_take, "UNPROVED", LocalLimit(3))
    bodies = [json_sheet() for _ in range(5)]

    statuses = [post_json(client, url, body).status_code for body in bodies]

    proof = proof_for(flooded, bodies[0]["submission_id"])
    assert statuses == [403] * 3 + [429] * 2
    assert post_json(client, url, {**bodies[0], "proof": proof}).status_code == 201


def test_a_shared_device_demands_nothing(client, survey, small_limits):
    kiosk = create_collector(survey=survey, kind="kiosk")

    statuses = {post_json(client, f"/k/{kiosk.code}", json_sheet()).status_code for _ in range(8)}

    assert statuses == {201}


def test_a_personal_link_demands_nothing(client, door, small_limits):
    statuses = [post_json(client, f"/r/{door.token}", json_sheet()).status_code for _ in range(9)]

    assert statuses == [201, *[409] * 8]


def test_the_short_way_counts_and_asks_as_well(lane, survey, collector, small_limits):
    """AB-20"""
    url = f"/s/{collector.code}"

    statuses = [lane(url, quick_sheet(survey))[0] for _ in range(8)]

    assert statuses == [201] * 6 + [403] * 2


def test_the_short_way_leaves_a_flooded_link_alone(lane, survey, flooded):
    """AB-20: also when another process saw the flood."""
    url, body = f"/s/{flooded.code}", quick_sheet(survey)
    respond_demand.DEMAND.own.clear()
    respond_demand.DEMAND.heard.clear()

    status, headers, content = lane(url, body)

    proof = solved(headers["Proof-Challenge"])
    assert (status, TOLD in content.decode()) == (403, True)
    assert lane(url, f"{body}&proof={proof}")[0] == 201
