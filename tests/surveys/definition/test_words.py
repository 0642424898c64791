"""What becomes of a customer's words (AB-26, AB-31)."""

import pytest

from surveys.definition.words import clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Très bien  ", "Très bien"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("\u200b\ufeff \u2060", ""),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301te\u0301", "été"),
        ("👨\u200d👩\u200d👧 merci", "👨\u200d👩\u200d👧 merci"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d hidden \u200c", "hidden"),
        ("<img onerror=alert(1)>", "<img onerror=alert(1)>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("{{7*7}} ${x}", "{{7*7}} ${x}"),
    ],
)
def test_clean_text_keeps_words_and_drops_tricks(typed, kept):
    """AB-26"""
    assert clean_text(typed) == kept


def test_clean_text_collapses_towers_of_marks():
    """AB-26"""
    cleaned = clean_text("z" + "\u0336" * 1000 + "o")

    assert cleaned == "z" + "\u0336" * 8 + "o"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4111111111111111", "************1111"),
        ("card 4111 1111 1111 1111 thanks", "card **** **** **** 1111 thanks"),
        ("5500-0000-0000-0004.", "****-****-****-0004."),
        ("378282246310005", "***********0005"),
        ("order 12 4111111111111111", "order 12 ************1111"),
        ("4111111111111112", "4111111111111112"),
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("978 2 07 036822 4", "978 2 07 036822 4"),
    ],
)
def test_clean_text_masks_card_numbers(typed, kept):
    """AB-31"""
    assert clean_text(typed) == kept
