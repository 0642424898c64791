"""A score is read when it is certain, and asked for once more when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.sms.scores import Score, Unclear, Why, read_score


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", Score(0)),
        ("9", Score(9)),
        (" 10 ", Score(10)),
        ("10 !", Score(10)),
        ("9 !", Score(9)),
        ("8.", Score(8)),
        ("(9)", Score(9)),
        ("9/10", Score(9)),
        ("10/10", Score(10)),
        ("9 / 10", Score(9)),
        ("9 sur 10", Score(9)),
        ("9 out of 10", Score(9)),
        ("neuf", Score(9)),
        ("nine", Score(9)),
        ("Dix !", Score(10)),
        ("zéro", Score(0)),
        ("neuf sur dix", Score(9)),
        ("９", Score(9)),
        ("٩", Score(9)),
        ("9️⃣", Score(9)),
        ("🔟", Score(10)),
        ("1\u200b0", Score(10)),
        ("10 mais trop cher", Score(10, "mais trop cher")),
        ("10 car super accueil", Score(10, "car super accueil")),
        ("10 super :)", Score(10, "super :)")),
        ("9\nTrès bien !", Score(9, "Très bien !")),
        ("9/10, L’équipe ½ géniale", Score(9, "L’équipe ½ géniale")),
        ("dix car parfait", Score(10, "car parfait")),
        ("10 😀", Score(10, "😀")),
        ("je mets 9", Score(9)),
        ("Ma note : 8", Score(8)),
        ("c’est un 9", Score(9)),
        ("je dirais 8/10 accueil top", Score(8, "accueil top")),
        ("super moment 9/10", Score(9, "super moment")),
    ],
)
def test_certain_scores_are_read(text: str, expected: Score) -> None:
    """AB-35"""
    assert read_score(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("8 ou 9", Why.AMBIGUOUS),
        ("8 ou neuf", Why.AMBIGUOUS),
        ("8-9", Why.AMBIGUOUS),
        ("9,5", Why.AMBIGUOUS),
        ("9.5", Why.AMBIGUOUS),
        ("-1", Why.AMBIGUOUS),
        ("−1", Why.AMBIGUOUS),
        ("4/5", Why.AMBIGUOUS),
        ("9 livraison en 2 jours", Why.AMBIGUOUS),
        ("9/10 et 8/10", Why.AMBIGUOUS),
        ("1 000", Why.AMBIGUOUS),
        ("11", Why.OUT_OF_RANGE),
        ("12/10", Why.OUT_OF_RANGE),
        ("9" * 5000, Why.OUT_OF_RANGE),
        ("attendu 10 min", Why.NO_NUMBER),
        ("10 min d'attente", Why.NO_NUMBER),
        ("10e fois", Why.NO_NUMBER),
        ("entre 8 et 9", Why.NO_NUMBER),
        ("un peu déçu", Why.NO_NUMBER),
        ("One of the best", Why.NO_NUMBER),
        ("YES", Why.NO_NUMBER),
        ("OUI", Why.NO_NUMBER),
        ("END", Why.NO_NUMBER),
        ("", Why.NO_NUMBER),
        ("\x00", Why.NO_NUMBER),
        ("😡😡😡", Why.NO_NUMBER),
        ("bWVyY2kgYmVhdWNvdXA=", Why.NO_NUMBER),
        ("x" * 1600, Why.NO_NUMBER),
    ],
)
def test_uncertain_texts_are_asked_again(text: str, why: Why) -> None:
    """AB-35"""
    assert read_score(text) == Unclear(why)


def test_another_scale_reads_its_own_denominator() -> None:
    assert read_score("4/5 bien", low=1, high=5) == Score(4, "bien")
    assert read_score("0", low=1, high=5) == Unclear(Why.OUT_OF_RANGE)
    assert read_score("9/10", low=1, high=5) == Unclear(Why.AMBIGUOUS)


@given(st.text(max_size=200))
def test_no_text_breaks_the_grammar(text: str) -> None:
    read = read_score(text)

    assert isinstance(read, Unclear) or 0 <= read.value <= 10
