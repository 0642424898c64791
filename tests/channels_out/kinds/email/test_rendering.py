"""A mail says exactly what was written, to any reader, whatever the values hold."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_out.exceptions import ChannelMisconfigured
from channels_out.kinds.base import Envelope
from channels_out.kinds.email.headers import header_line
from channels_out.kinds.email.rendering import render

SENDER = "Maison Lune <avis@lune.example>"
TEXT = "Bonjour {name},\nVotre avis : {link}\n.\nÀ bientôt = merci  \n{unknown}"
HTML = '<p style="a{b}">Bonjour {name}</p><a href="{link}">9</a>'


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def mail(**more: object) -> Envelope:
    fields: dict[str, object] = {
        "message_id": "0197",
        "to": "lea@example.fr",
        "text": TEXT,
        "html": HTML,
        "subject": "{name}, votre avis sur Rouen ?",
        "slots": {"name": "Zoë", "link": "https://x.example/r/abc"},
    }
    return Envelope(**{**fields, **more})  # type: ignore[arg-type]


def test_both_parts_say_what_was_written() -> None:
    message = read(render(mail(), SENDER))

    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain").rstrip("\n") == (
        "Bonjour Zoë,\nVotre avis : https://x.example/r/abc\n.\nÀ bientôt = merci  \n{unknown}"
    )
    assert part(message, "html").rstrip("\n") == (
        '<p style="a{b}">Bonjour Zoë</p><a href="https://x.example/r/abc">9</a>'
    )


def test_headers_are_complete_and_the_message_id_constant() -> None:
    envelope = mail(
        reply_to="Léa <lea@lune.example>",
        unsubscribe_url="https://x.example/u/tok",
        headers={"X-Case": "{name}", "References": "<case-1@lune.example>"},
    )

    message, again = (read(render(envelope, SENDER, "stop@lune.example")) for _ in range(2))

    assert message["From"] == SENDER
    assert message["To"] == "lea@example.fr"
    assert message["Subject"] == "Zoë, votre avis sur Rouen ?"
    assert message["Reply-To"] == "Léa <lea@lune.example>"
    assert message["Message-ID"] == again["Message-ID"] == "<0197@lune.example>"
    assert message["List-Unsubscribe"] == "<https://x.example/u/tok>, <mailto:stop@lune.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["X-Case"], message["References"]) == ("Zoë", "<case-1@lune.example>")
    assert message["Date"].datetime is not None


def test_a_mail_without_html_has_one_part() -> None:
    message = read(render(mail(html=""), SENDER))

    assert message.get_content_type() == "text/plain"
    assert message.get_content().startswith("Bonjour Zoë")


@pytest.mark.parametrize(
    "value",
    [
        "x\r\nBcc: all@example.fr",
        "x\nBcc: all@example.fr",
        "x\rBcc: all@example.fr",
        "x\u2028Bcc: all@example.fr",
        "x\x85Bcc: all@example.fr",
        "=?utf-8?q?x=0D=0ABcc:_all@example.fr?=",
        "x\x00y" + "\r\n\r\nbody",
    ],
)
def test_no_value_can_add_a_header_or_a_body(value: str) -> None:
    """AB-27"""
    envelope = mail(slots={"name": value, "link": value}, headers={"X-Case": value})

    message = read(render(envelope, SENDER))

    expected = read(render(mail(headers={"X-Case": "x"}), SENDER))
    assert message.keys() == expected.keys()
    assert len(list(message.walk())) == 3
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    "name",
    ["Subject", "bcc", "Content-Type", "List-Unsubscribe", "X\r\nBcc", "X y", "", "DKIM-Signature"],
)
def test_headers_of_ours_cannot_be_given_again(name: str) -> None:
    with_extra = read(render(mail(headers={name: "evil"}), SENDER))

    assert with_extra.keys() == read(render(mail(), SENDER)).keys()


def test_values_are_inert_in_html() -> None:
    """AB-26"""
    envelope = mail(slots={"name": '<img onerror="x">{link}', "link": 'https://x/"><script>'})

    message = read(render(envelope, SENDER))

    assert "<img" not in part(message, "html")
    assert "<script" not in part(message, "html")
    assert "&lt;img onerror=&quot;x&quot;&gt;{link}" in part(message, "html")
    assert part(message, "plain").startswith('Bonjour <img onerror="x">{link},')


@pytest.mark.parametrize(
    "sender", ["", "Maison Lune", "Maison Lune <nowhere>", "a@b\r\nBcc: c@d.fr"]
)
def test_a_sender_that_is_no_mailbox_is_refused(sender: str) -> None:
    with pytest.raises(ChannelMisconfigured):
        render(mail(), sender)


def test_a_display_name_may_hold_anything() -> None:
    message = read(render(mail(), 'Café "Lune", Rouen <avis@lune.example>'.replace('"', "'")))

    assert message["From"].addresses[0].display_name == "Café 'Lune', Rouen"


@given(st.text(max_size=300))
def test_any_value_comes_out_as_it_went_in(value: str) -> None:
    envelope = mail(text="a {v} z", html="<p>{v}</p>", subject="s", slots={"v": value})

    raw = render(envelope, SENDER)

    written = part(read(raw), "plain").rstrip("\n")
    sent = value.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    assert written == f"a {sent} z"
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(st.text(max_size=400))
def test_any_header_value_is_one_ascii_header(value: str) -> None:
    line = header_line("X-Case", value)

    assert line.isascii()
    assert read(line + b"\r\n").keys() == ["X-Case"]


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=90),
)
def test_no_line_needs_what_smtp_does_to_dots_and_line_ends(text: str, name: str) -> None:
    written = mail(text=f".{text}{{name}}", html=f".{text}<p>{{name}}", subject=text or "x")
    raw = render(replace(written, slots={"name": name}), SENDER)

    lines = raw.split(b"\r\n")
    assert not [line for line in lines if line.startswith(b".") or b"\r" in line or b"\n" in line]
    assert raw.endswith(b"\r\n")
