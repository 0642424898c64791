"""What must be known to send email is asked for, and nothing that could not work is kept."""

import pytest

from channels_out.kinds.email.forms import SmtpForm

GOOD = {
    "sender": "Maison Lune <avis@lune.example>",
    "host": "smtp.lune.example",
    "port": "587",
    "security": "starttls",
    "username": "lune",
    "password": " secret ",
}


def test_a_complete_form_separates_secrets_from_options() -> None:
    form = SmtpForm(GOOD)

    assert form.is_valid()
    assert form.credentials() == {"username": "lune", "password": " secret "}
    assert form.options() == {
        "sender": "Maison Lune <avis@lune.example>",
        "host": "smtp.lune.example",
        "port": "587",
        "security": "starttls",
        "bounce_address": "",
        "unsubscribe_mailto": "",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender", "Maison Lune"),
        ("sender", "a@b.fr\r\nBcc: c@d.fr"),
        ("port", "0"),
        ("port", "70000"),
        ("security", "rot13"),
        ("host", ""),
        ("bounce_address", "nobody"),
    ],
)
def test_what_could_not_work_is_refused(field: str, value: str) -> None:
    form = SmtpForm({**GOOD, field: value})

    assert set(form.errors) == {field}
