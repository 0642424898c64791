"""STOP is heard however it is typed, and never in a sentence that merely contains it."""

import pytest

from cxhub.lib.sms.keywords import Keyword, recognise


@pytest.mark.parametrize(
    "text",
    [
        "STOP", " stop. ", "Stop!", "ARRET", "ARRÊT SMS", "STOP36180", "STOP 36180", "stop svp",
        "Stop les SMS", "ＳＴＯＰ", "S\u200bTOP", "arrêtez", "arrêt", "Désabo", "desabonnement",
        "Désinscrire", "désinscription", "UNSUBSCRIBE", "Unsubscribe please", "STOPALL", "stop all",
        "OPT-OUT", "opt out", "revoke", "END", "fin", "Cancel.", "QUIT", "stop\nmerci",
    ],
)  # fmt: skip
def test_opt_out_is_recognised(text: str) -> None:
    """AB-34"""
    assert recognise(text) is Keyword.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "I can't stop laughing", "Non stop musique", "Stop à la musique trop forte",
        "Arrêtez de changer la recette", "the end", "fin de soirée", "cancel my order please",
        "stopwatch", "9", "10 !", "", "   ", "😡", "\x00", "Au contact agréable",
    ],
)  # fmt: skip
def test_ordinary_answers_are_not_commands(text: str) -> None:
    """AB-34"""
    assert recognise(text) is None


@pytest.mark.parametrize("text", ["YES", "OUI", "END", "Fin"])
def test_an_offered_answer_is_an_answer(text: str) -> None:
    """AB-35"""
    assert recognise(text, answers={"Yes", "Oui", "end", "fin"}) is None


def test_stop_is_never_an_answer() -> None:
    """AB-35"""
    assert recognise("Stop", answers={"stop"}) is Keyword.OPT_OUT


@pytest.mark.parametrize(
    ("text", "resubscribing", "expected"),
    [
        ("YES", False, None),
        ("oui", False, None),
        ("YES", True, Keyword.OPT_IN),
        ("Oui !", True, Keyword.OPT_IN),
        ("START", False, Keyword.OPT_IN),
        ("unstop", False, Keyword.OPT_IN),
        ("start the survey", False, None),
        ("HELP", False, Keyword.HELP),
        ("aide ?", False, Keyword.HELP),
        ("INFO", False, Keyword.HELP),
        ("Contact", False, Keyword.CONTACT),
    ],
)
def test_other_keywords_match_the_whole_message(
    text: str, resubscribing: bool, expected: Keyword | None
) -> None:
    assert recognise(text, resubscribing=resubscribing) is expected
