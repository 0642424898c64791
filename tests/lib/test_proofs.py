"""Work that a client proves."""

import hashlib
import time
from itertools import count

import pytest
import time_machine

from cxhub.lib.proofs import challenge, is_proof, is_work


def solved(text: str) -> str:
    return next(f"{text}:{number}" for number in count() if is_work(text, str(number)))


def test_work_is_a_hash_that_begins_with_zeros(settings):
    settings.PROOF_BITS = 8
    digests = [hashlib.sha256(b"abc" + b"." * 61 + b"%d" % number) for number in range(2_000)]

    expected = [digest.hexdigest().startswith("00") for digest in digests]

    assert [is_work("abc", str(number)) for number in range(2_000)] == expected
    assert any(expected)


def test_a_proof_is_for_what_its_challenge_was_about_and_for_ten_minutes():
    proof = solved(challenge("CODE", "sheet"))

    assert is_proof(proof, "CODE", "sheet")
    assert not is_proof(proof, "CODE", "another")
    assert not is_proof(proof, "OTHER", "sheet")
    assert not is_proof(proof, "CODE:sheet", "")
    with time_machine.travel(time.time() + 590):
        assert is_proof(proof, "CODE", "sheet")
    with time_machine.travel(time.time() + 610):
        assert not is_proof(proof, "CODE", "sheet")


@pytest.mark.parametrize(
    "forged",
    ["", "x", "::", "1a:b:1", "é" * 60, "1vUXxg:" + "A" * 43 + ":1", "1vUXxg:" + "A" * 43 + ":-1"],
)
def test_what_is_no_proof_is_refused(forged):
    assert not is_proof(forged, "CODE", "sheet")
