"""What a text costs: the vectors of the French trap, and of every limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxhub.lib.sms.segments import (
    GSM_7,
    UCS_2,
    Costly,
    Count,
    costly,
    count,
    merge_value,
    normalise,
)

LUNE_LONG = (
    "Maison Lune : merci de votre visite à Rouen. Nous recommanderiez-vous ? "
    "Répondez 0 (pas du tout) à 10 (tout à fait). STOP pour arrêter"
)
LUNE_SHORT = (
    "Maison Lune : merci de votre visite à Rouen. Nous recommanderiez-vous ? "
    "Répondez de 0 (non) à 10 (oui). STOP pour ne plus recevoir"
)
BAKER = (
    "Boulangerie Martin : de 0 (pas du tout) à 10 (tout à fait), recommanderiez-vous notre "
    "service ? Répondez par un chiffre. STOP pour ne plus recevoir de SMS."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Count(GSM_7, 0, 0)),
        ("a" * 160, Count(GSM_7, 160, 1)),
        ("a" * 161, Count(GSM_7, 161, 2)),
        ("a" * 306, Count(GSM_7, 306, 2)),
        ("a" * 307, Count(GSM_7, 307, 3)),
        ("€" * 80, Count(GSM_7, 160, 1)),
        ("a" * 152 + "€" + "a" * 7, Count(GSM_7, 161, 2)),
        ("a" * 152 + "€" + "a" * 152, Count(GSM_7, 306, 3)),
        ("ê" * 70, Count(UCS_2, 70, 1)),
        ("ê" * 71, Count(UCS_2, 71, 2)),
        ("ê" * 134, Count(UCS_2, 134, 2)),
        ("ê" * 135, Count(UCS_2, 135, 3)),
        ("😀" * 35, Count(UCS_2, 70, 1)),
        ("😀" * 36, Count(UCS_2, 72, 2)),
        ("ê" * 66 + "😀" + "ê" * 66, Count(UCS_2, 134, 3)),
        ("l'équipe", Count(GSM_7, 8, 1)),
        ("l’équipe", Count(UCS_2, 8, 1)),
        (LUNE_LONG, Count(UCS_2, 134, 2)),
        (LUNE_SHORT, Count(GSM_7, 130, 1)),
        (BAKER, Count(GSM_7, 155, 1)),
        ("Zoë", Count(UCS_2, 3, 1)),
        ("François", Count(UCS_2, 8, 1)),
    ],
)
def test_count_matches_the_vectors(text: str, expected: Count) -> None:
    assert count(text) == expected


@pytest.mark.parametrize("letter", "éèàùÉÇüæÄÖÅÑñòì")
def test_french_letters_inside_the_alphabet(letter: str) -> None:
    assert count(letter).encoding == GSM_7


@pytest.mark.parametrize("letter", "çêâîôûëïœÿÀÈÊÙŒ«»’–—…°²😀")
def test_french_letters_outside_the_alphabet(letter: str) -> None:
    assert count(letter).encoding == UCS_2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l’équipe", "l'équipe"),
        ("«\u00a0Bien\u00a0» \u202f!", '"Bien"  !'),
        ("cœur — œuvre…", "coeur - oeuvre..."),
        ("“Oui”", '"Oui"'),
        ("e\u0301te\u0301", "été"),
        ("a\u202eb\u200bc", "abc"),
        ("ça, fenêtre", "ça, fenêtre"),
        ("1\r\n2", "1\n2"),
    ],
)
def test_normalise_changes_typography_and_no_word(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_normalise_drops_accents_only_when_told() -> None:
    assert normalise("Ça, fenêtre, Noël, été", keep_accents=False) == "Ça, fenetre, Noel, été"


def test_costly_lists_each_character_once_with_its_replacement() -> None:
    assert costly("l’œuvre ê ’ 😀") == [
        Costly("’", "'", changes_spelling=False),
        Costly("œ", "oe", changes_spelling=False),
        Costly("ê", "e", changes_spelling=True),
        Costly("😀", None, changes_spelling=True),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Zoë", "Zoë"),
        ("  Jean \r\n Luc\x00 ", "Jean Luc"),
        ("x" * 60, "x" * 40),
        ("\u202eevil\u200b", "evil"),
    ],
)
def test_merge_value_cannot_break_the_message(value: str, expected: str) -> None:
    assert merge_value(value) == expected


@given(st.text(max_size=400))
def test_normalised_text_never_costs_more_characters_outside_the_alphabet(text: str) -> None:
    cheap = normalise(text, keep_accents=False)

    assert len(costly(cheap)) <= len(costly(text))
    assert count(text).segments >= (1 if text else 0)
