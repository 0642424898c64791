"""A low score: facts in, a verdict out."""

import pytest

from alerts.conditions import CONDITIONS
from alerts.conditions.base import ResponseFacts, ScoreFact, Verdict

NPS_6 = {"metric": "nps", "at_most": 6}
CSAT_2 = {"metric": "csat", "at_most": 2}
condition = CONDITIONS["score_below"]


def facts(*scores):
    return ResponseFacts(
        scores=[ScoreFact(f"q{n}", metric, value) for n, (metric, value) in enumerate(scores)],
        comments=[],
        channel="web",
        place="",
    )


@pytest.mark.parametrize(
    ("params", "scores", "verdict"),
    [
        (NPS_6, [("nps", 6)], Verdict.BREACH),
        (NPS_6, [("nps", 0)], Verdict.BREACH),
        (NPS_6, [("nps", 7)], Verdict.FINE),
        (NPS_6, [("nps", 10)], Verdict.FINE),
        (NPS_6, [], Verdict.UNKNOWN),
        (NPS_6, [("csat", 1)], Verdict.UNKNOWN),
        (NPS_6, [("nps", 9), ("nps", 3)], Verdict.BREACH),
        (CSAT_2, [("csat", 2)], Verdict.BREACH),
        (CSAT_2, [("csat", 3)], Verdict.FINE),
        (CSAT_2, [("csat", 3), ("nps", 0)], Verdict.FINE),
    ],
)
def test_evaluate(params, scores, verdict):
    assert condition.evaluate(facts(*scores), params) is verdict


@pytest.mark.parametrize(
    ("params", "wrong"),
    [
        (NPS_6, []),
        ({"metric": "nps", "at_most": 0}, []),
        ({"metric": "nps", "at_most": 10}, ["at_most"]),
        ({"metric": "nps", "at_most": -1}, ["at_most"]),
        ({"metric": "csat", "at_most": 0}, ["at_most"]),
        ({"metric": "csat", "at_most": 5}, ["at_most"]),
        ({"metric": "ces", "at_most": 6}, []),
        ({"metric": "nps", "at_most": "6"}, ["at_most"]),
        ({"metric": "nps", "at_most": True}, ["at_most"]),
        ({"metric": "nps"}, ["at_most"]),
        ({"metric": "stars", "at_most": 3}, ["metric"]),
        ({}, ["metric"]),
    ],
)
def test_check_keeps_the_threshold_within_the_scale(params, wrong):
    assert condition.check(params) == wrong
