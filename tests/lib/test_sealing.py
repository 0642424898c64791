"""Secrets at rest: what opens them, and what does not."""

import json

import pytest
from cryptography.fernet import Fernet, InvalidToken

from cxhub.lib import sealing
from cxhub.lib.sealing import seal, unseal

VALUES = {"link": "https://x.fr/r/é", "n": 1}


@pytest.fixture(autouse=True)
def keys(settings):
    """A ring of this test's own."""
    settings.FIELD_KEYS = [Fernet.generate_key().decode() for _ in range(2)]
    forget()
    yield settings.FIELD_KEYS
    forget()


def forget():
    for cached in (sealing._masters, sealing._ring, sealing._cipher_of):
        cached.cache_clear()


def test_what_was_sealed_is_opened():
    assert unseal(seal(VALUES)) == VALUES
    assert unseal("") == {}


def test_two_seals_of_the_same_words_differ():
    assert len({seal(VALUES) for _ in range(50)}) == 50


def test_no_word_can_be_read_or_changed():
    sealed = seal(VALUES)

    assert "link" not in sealed
    for place in range(3, len(sealed), 7):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(InvalidToken):
            unseal(sealed[:place] + other + sealed[place + 1 :])


@pytest.mark.parametrize("sealed", ["g1.", "g1.AAAA", "g1.é", "x", "g1." + "A" * 80])
def test_what_nobody_sealed_is_refused(sealed):
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_a_former_key_still_opens_and_a_lost_one_does_not(keys, settings):
    sealed = seal(VALUES)

    settings.FIELD_KEYS = [keys[1], keys[0]]
    forget()
    assert unseal(sealed) == VALUES
    assert unseal(seal(VALUES)) == VALUES

    settings.FIELD_KEYS = [keys[1]]
    forget()
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_seals_from_before_derived_keys_are_opened(keys):
    assert unseal(Fernet(keys[1]).encrypt(json.dumps(VALUES).encode()).decode()) == VALUES


def test_a_key_is_left_before_its_nonces_could_repeat(monkeypatch):
    monkeypatch.setattr(sealing, "SEALS_PER_KEY", 3)
    monkeypatch.setattr(sealing, "_press", sealing._Press())
    salts = [sealing.urlsafe_b64decode(seal(VALUES)[3:])[4:20] for _ in range(7)]

    assert [salts.count(salt) for salt in dict.fromkeys(salts)] == [3, 3, 1]
