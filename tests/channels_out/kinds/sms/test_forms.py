"""A Twilio channel is only kept when an operator would carry its messages."""

import pytest

from channels_out.kinds.sms.forms import TwilioForm
from channels_out.kinds.sms.senders import SenderType, refusal, sender_type

GOOD = {
    "sender": "38123",
    "account_sid": "AC" + "0" * 32,
    "auth_token": "token",
    "territories": "fr BE",
    "rate": "2.5",
}


def test_a_complete_form_separates_secrets_from_options() -> None:
    form = TwilioForm(GOOD)

    assert form.is_valid()
    assert form.credentials() == {
        "account_sid": "AC" + "0" * 32,
        "auth_token": "token",
        "previous_auth_token": "",
    }
    assert form.options() == {
        "sender": "38123",
        "two_way": "False",
        "rate": "2.5",
        "territories": "FR BE",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender", "Maison de la Lune"),
        ("sender", "+33612345678"),
        ("account_sid", "XX1"),
        ("auth_token", ""),
        ("territories", "France"),
        ("rate", "0"),
    ],
)
def test_what_no_operator_carries_is_refused(field: str, value: str) -> None:
    form = TwilioForm({**GOOD, field: value})

    assert set(form.errors) == {field}


@pytest.mark.parametrize(
    ("sender", "kind", "why_not"),
    [
        ("MaisonLune", SenderType.NAME, ""),
        ("Maison Lune", SenderType.NAME, ""),
        ("Maison-Lune12", SenderType.NAME, "name"),
        ("Café", SenderType.NAME, "name"),
        ("38123", SenderType.SHORT_CODE, ""),
        ("+15145550100", SenderType.NUMBER, ""),
        ("+33612345678", SenderType.NUMBER, "french_mobile"),
        ("+33712345678", SenderType.NUMBER, "french_mobile"),
        ("MG" + "0" * 32, SenderType.SERVICE, ""),
        ("", SenderType.NAME, "name"),
    ],
)
def test_senders(sender: str, kind: SenderType, why_not: str) -> None:
    assert (sender_type(sender), refusal(sender)) == (kind, why_not)
