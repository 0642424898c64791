"""The limits of the API's parser, on both sides of each."""

import json
import math

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.problems import Problem
from cxhub.lib.strict_json import parse_strictly

SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def code(body, **options):
    with pytest.raises(Problem) as refusal:
        parse_strictly(body, **options)
    return refusal.value.status_code, refusal.value.code


@pytest.mark.parametrize(
    "value",
    [
        {"a": 2**63 - 1, "b": -(2**63), "c": 1.5, "d": None},
        [1] * 1_999,
        "x" * 20_000,
        {"x" * 20_000: 1},
        "emoji 👩‍👩‍👧 and \U0001f600",
        {},
        json.loads("[" * 20 + "1" + "]" * 20),
    ],
)
def test_what_is_within_the_limits_is_read(value):
    assert parse_strictly(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [b"[" * 21 + b"]" * 21, b"[" + b"1," * 1_999 + b"1]", b"9223372036854775808", b"1e309", b""],
)
def test_what_is_just_beyond_is_refused(body):
    assert code(body) == (400, "malformed_json")


def test_a_judged_member_keeps_what_its_judge_will_refuse():
    infinite = b'{"answers": {"q1": 1e309, "q2": [-1e309]}}'
    elsewhere = b'{"other": {"answers": 1e309}}'

    assert parse_strictly(infinite, judged="answers") == {
        "answers": {"q1": math.inf, "q2": [-math.inf]}
    }
    assert code(infinite) == code(elsewhere, judged="answers") == (400, "malformed_json")
    assert code(b'{"answers": NaN}', judged="answers") == (400, "malformed_json")


def test_many_rows_may_have_many_values():
    body = b"[" + b"1," * 39_998 + b"1]"

    assert len(parse_strictly(body, most_nodes=40_000)) == 39_999
    assert code(body, most_nodes=39_999) == code(body) == (400, "malformed_json")


def test_a_pair_of_surrogates_is_one_character():
    assert parse_strictly(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert code(b'"\\ude00\\ud83d"') == (400, "invalid_characters")


def test_size_is_checked_before_anything_else():
    assert code(b"{" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)) == (413, "too_large")


def outcome(body):
    """The value, or the code of the refusal."""
    try:
        return parse_strictly(body)
    except Problem as refusal:
        return refusal.code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    outcome(body)


@given(VALUES)
def test_any_plain_value_comes_back_or_is_hostile(value):
    assert outcome(json.dumps(value).encode()) in [value, "invalid_characters"]
