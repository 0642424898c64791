"""Numbers are written as French and English readers expect them."""

from decimal import Decimal

import pytest
from django.utils import translation

from accounts.templatetags import numerals

CASES = [
    (numerals.signed_score, 34, (), "+34", "+34"),
    (numerals.signed_score, -12, (), "\u221212", "\u221212"),
    (numerals.signed_score, 0, (), "0", "0"),
    (numerals.signed_score, -0.4, (), "0", "0"),
    (numerals.signed_score, 0.5, (), "0", "0"),
    (numerals.signed_score, 1.5, (), "+2", "+2"),
    (numerals.signed_score, 33.25, (1,), "+33.2", "+33,2"),
    (numerals.signed_score, None, (), "—", "—"),
    (numerals.thousands, 1284, (), "1,284", "1\u202f284"),
    (numerals.thousands, 1234567, (), "1,234,567", "1\u202f234\u202f567"),
    (numerals.thousands, 0, (), "0", "0"),
    (numerals.decimal, 0.285, (2,), "0.28", "0,28"),
    (numerals.decimal, Decimal("5.55"), (), "5.6", "5,6"),
    (numerals.percent, 0.524, (), "52%", "52\u00a0%"),
    (numerals.percent, 0.5245, (1,), "52.4%", "52,4\u00a0%"),
    (numerals.percent, None, (), "—", "—"),
    (numerals.margin, 7.2, (), "±\u00a07", "±\u00a07"),
    (numerals.margin, None, (), "", ""),
    (numerals.duration, 100, (), "1\u00a0min 40\u00a0s", "1\u00a0min 40\u00a0s"),
    (numerals.duration, 90061, (), "1\u00a0d 1\u00a0h", "1\u00a0j 1\u00a0h"),
    (numerals.duration, 0, (), "0\u00a0s", "0\u00a0s"),
]


@pytest.mark.parametrize(("write", "value", "arguments", "english", "french"), CASES)
def test_numbers_follow_the_language(write, value, arguments, english, french):
    assert write(value, *arguments) == english
    with translation.override("fr"):
        assert write(value, *arguments) == french
