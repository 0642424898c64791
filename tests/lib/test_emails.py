"""One spelling for each address, and a typed refusal for the rest."""

import pytest

from cxhub.lib.emails import EmailError, normalise


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lea@demo.cxhub.test", "lea@demo.cxhub.test"),
        ("  Léa.Martin@example.fr ".replace("é", "e"), "lea.martin@example.fr"),
        ("JEAN+TAG@EXAMPLE.COM", "jean+tag@example.com"),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("\u200blea@example.fr\u00a0", "lea@example.fr"),
        ("lea@bücher.example", "lea@xn--bcher-kva.example"),
        ("lea＠example.fr", "lea@example.fr"),
        ("a" * 64 + "@example.fr", "a" * 64 + "@example.fr"),
    ],
)
def test_normalise_gives_one_spelling(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("lea", "invalid"),
        ("@example.fr", "invalid"),
        ("lea@", "invalid"),
        ("lea@localhost", "invalid"),
        ("lea@example", "invalid"),
        ("lea@-example.fr", "invalid"),
        ("lea@example..fr", "invalid"),
        ("lea@127.0.0.1", "invalid"),
        ("lea@[127.0.0.1]", "invalid"),
        (".lea@example.fr", "invalid"),
        ("le..a@example.fr", "invalid"),
        ("le a@example.fr", "invalid"),
        ('"le a"@example.fr', "invalid"),
        ("Lea <lea@example.fr>", "invalid"),
        ("lea@example.fr,max@example.fr", "invalid"),
        ("lea@example.fr\r\nBcc: x@example.fr", "invalid"),
        ("lea\x00@example.fr", "invalid"),
        ("léa@example.fr", "local_not_ascii"),
        ("a" * 65 + "@example.fr", "too_long"),
        ("a@" + "b." * 150 + "fr", "too_long"),
    ],
)
def test_normalise_refuses_what_cannot_be_mailed(typed: str, code: str) -> None:
    with pytest.raises(EmailError) as refusal:
        normalise(typed)

    assert refusal.value.code == code
