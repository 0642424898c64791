"""One spelling for each number, and a typed refusal for the rest."""

import pytest

from cxhub.lib.phones import LineKind, PhoneError, can_receive_sms, line_kind, normalise, region_of


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("06\u00a012\u202f34 56\u201178", "FR", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("0033612345678", "", "+33612345678"),
        ("tel:+33612345678", "FR", "+33612345678"),
        ("+33612345678", "", "+33612345678"),
        ("０６１２３４５６７８", "FR", "+33612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "FR", "+33612345678"),
        ("\u202a+33612345678\u202c", "FR", "+33612345678"),
        ("01 42 68 53 00", "FR", "+33142685300"),
        ("0473 12 34 56", "BE", "+32473123456"),
        ("079 123 45 67", "ch", "+41791234567"),
        ("(514) 555-2368", "CA", "+15145552368"),
        ("06 39 98 00 12", "FR", "+33639980012"),
        ("07700 900123", "GB", "+447700900123"),
    ],
)
def test_normalise_gives_one_spelling(typed: str, region: str, expected: str) -> None:
    assert normalise(typed, region) == expected


@pytest.mark.parametrize(
    ("typed", "region", "code"),
    [
        ("", "FR", "empty"),
        (" \u200b ", "FR", "empty"),
        ("abc", "FR", "invalid"),
        ("0800 FLOWERS", "FR", "invalid"),
        ("06123456", "FR", "invalid"),
        ("061234567890123456789", "FR", "invalid"),
        ("+999123456789", "FR", "invalid"),
        ("36180", "FR", "invalid"),
        ("1" * 5000, "FR", "invalid"),
        ("06 12 34 56 78\x00", "FR", "invalid"),
        ("06 12 34 56 78\r\nBcc: x", "FR", "invalid"),
        ("MaisonLune", "FR", "invalid"),
        ("0612345678", "", "region_missing"),
        ("0142685300 ext 12", "FR", "extension"),
    ],
)
def test_normalise_refuses_what_is_not_a_number(typed: str, region: str, code: str) -> None:
    with pytest.raises(PhoneError) as refusal:
        normalise(typed, region)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "region", "code"),
    [
        ("0899 12 34 56", "FR", "premium_rate"),
        ("0826 12 34 56", "FR", "shared_cost"),
        ("070 1234 5678", "GB", "premium_rate"),
        ("+1 900 234 5678", "", "premium_rate"),
    ],
)
def test_normalise_refuses_numbers_that_cost(typed: str, region: str, code: str) -> None:
    """AB-25"""
    with pytest.raises(PhoneError) as refusal:
        normalise(typed, region)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("number", "kind", "receives"),
    [
        ("+33612345678", LineKind.MOBILE, True),
        ("+33639980012", LineKind.MOBILE, True),
        ("+447700900123", LineKind.MOBILE, True),
        ("+15145552368", LineKind.EITHER, True),
        ("+33142685300", LineKind.LANDLINE, False),
        ("+33969320000", LineKind.OTHER, False),
    ],
)
def test_line_kind_says_what_can_receive_sms(number: str, kind: LineKind, receives: bool) -> None:
    assert (line_kind(number), can_receive_sms(number)) == (kind, receives)


@pytest.mark.parametrize(
    ("number", "region"),
    [("+33612345678", "FR"), ("+15145552368", "CA"), ("+41791234567", "CH")],
)
def test_region_of_names_the_country(number: str, region: str) -> None:
    assert region_of(number) == region
