"""A real mail server, friendly and otherwise: every reply means what it should."""

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.kinds import hosts
from channels_out.kinds.base import (
    Attempt,
    Capabilities,
    Config,
    DeliveryError,
    Envelope,
    Problem,
    Receipt,
)
from channels_out.kinds.email.smtp import CONNECTIONS, SmtpSender
from channels_out.kinds.loop import run_in_loop
from tests.doubles.smtp import CUT, CUT_BEFORE_REPLY, SmtpSink

SENDER = SmtpSender()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


def configured(sink: SmtpSink, **options: str) -> Config:
    return Config(
        "smtp",
        options={"host": sink.host, "port": str(sink.port), "security": "none", **options},
        sender="Maison Lune <avis@lune.example>",
        internal_hosts=True,
    )


def envelope(message_id: str = "m1", to: str = "lea@example.fr") -> Envelope:
    return Envelope(
        message_id,
        to,
        "Bonjour {name}\n.\nfin",
        subject="Votre avis",
        html="<p>Bonjour {name}</p>",
        slots={"name": "Zoë"},
    )


def send(config: Config, *envelopes: Envelope) -> list[Attempt]:
    return asyncio.run(SENDER.send(envelopes, config))


def outcomes(attempts: Sequence[Attempt]) -> list[tuple[str, str, str]]:
    return [
        (attempt.outcome, attempt.reason, attempt.code)
        if isinstance(attempt, DeliveryError)
        else (attempt.state, "", "")
        for attempt in attempts
    ]


def test_a_mail_arrives_as_it_was_written(sink: SmtpSink) -> None:
    (receipt,) = send(configured(sink, bounce_address="bounces@lune.example"), envelope())

    (mail,) = sink.received
    assert receipt == Receipt("<m1@lune.example>", MessageState.ACCEPTED, "OK")
    assert (mail.sender, mail.to) == ("bounces@lune.example", "lea@example.fr")
    assert (mail.text.rstrip("\n"), mail.html.rstrip("\n")) == (
        "Bonjour Zoë\n.\nfin",
        "<p>Bonjour Zoë</p>",
    )


def test_a_chunk_uses_eight_connections_and_keeps_its_order(sink: SmtpSink) -> None:
    attempts = send(configured(sink), *[envelope(f"m{n}", f"c{n}@example.fr") for n in range(60)])

    assert [a.provider_id for a in attempts if isinstance(a, Receipt)] == [
        f"<m{n}@lune.example>" for n in range(60)
    ]
    assert {mail.message["Message-ID"] for mail in sink.received} == {
        f"<m{n}@lune.example>" for n in range(60)
    }
    assert len({mail.connection for mail in sink.received}) <= CONNECTIONS


@pytest.mark.parametrize(
    ("step", "reply", "outcome", "reason"),
    [
        ("mail", "450 4.7.1 later", Outcome.RETRY, FailureReason.UNREACHABLE),
        ("mail", "550 5.7.1 not your domain", Outcome.BREAKER, FailureReason.SENDER_REFUSED),
        ("mail", "530 5.7.0 sign in first", Outcome.BREAKER, FailureReason.SENDER_REFUSED),
        ("mail", "530 5.7.9 authentication", Outcome.BREAKER, FailureReason.CREDENTIALS),
        ("rcpt", "421 4.3.2 closing", Outcome.RETRY, FailureReason.NETWORK),
        ("rcpt", "450 4.2.0 greylisted", Outcome.RETRY, FailureReason.UNREACHABLE),
        ("rcpt", "451 4.3.0 try later", Outcome.RETRY, FailureReason.PROVIDER_ERROR),
        ("rcpt", "452 4.2.2 mailbox full", Outcome.RETRY, FailureReason.MAILBOX_FULL),
        ("rcpt", "550 no such user", Outcome.FAILED, FailureReason.INVALID_ADDRESS),
        ("rcpt", "550 5.1.1 no such user", Outcome.FAILED, FailureReason.INVALID_ADDRESS),
        ("rcpt", "550 5.7.1 spam", Outcome.FAILED, FailureReason.BLOCKED),
        ("rcpt", "552 5.2.2 over quota", Outcome.FAILED, FailureReason.MAILBOX_FULL),
        ("rcpt", "554 no", Outcome.FAILED, FailureReason.BLOCKED),
        ("content", "451 4.3.0 disk full", Outcome.RETRY, FailureReason.PROVIDER_ERROR),
        ("content", "552 5.3.4 too big", Outcome.FAILED, FailureReason.TOO_LONG),
        ("content", "550 5.7.515 no DMARC", Outcome.FAILED, FailureReason.BLOCKED),
        ("content", "554 5.7.1 looks like spam", Outcome.FAILED, FailureReason.BLOCKED),
    ],
)
def test_every_reply_has_its_outcome_f30(
    sink: SmtpSink, step: str, reply: str, outcome: Outcome, reason: FailureReason
) -> None:
    replies = [reply, reply] if reply.startswith("421") else [reply]
    getattr(sink.script, step).extend(replies)

    attempts = send(configured(sink), envelope())

    assert outcomes(attempts) == [(outcome, reason, reply[:3])]
    assert sink.received == []


def test_greylisting_says_when_to_come_back_f30(sink: SmtpSink) -> None:
    sink.script.rcpt.append("450 greylisted")

    (attempt,) = send(configured(sink), envelope())

    assert isinstance(attempt, DeliveryError)
    assert attempt.retry_after == 300


def test_a_refused_recipient_does_not_hold_up_the_others(sink: SmtpSink) -> None:
    sink.script.by_address["gone@example.fr"] = "550 5.1.1 gone"

    attempts = send(
        configured(sink),
        *[envelope(f"m{n}", "gone@example.fr" if n % 2 else f"c{n}@example.fr") for n in range(30)],
    )

    assert [isinstance(attempt, Receipt) for attempt in attempts] == [n % 2 == 0 for n in range(30)]
    assert len(sink.received) == 15


@pytest.mark.parametrize(("reply", "arrived"), [(CUT, 0), (CUT_BEFORE_REPLY, 1)])
def test_a_cut_after_the_content_is_unknown_and_its_message_id_constant_f30(
    sink: SmtpSink, reply: str, arrived: int
) -> None:
    sink.script.content.append(reply)

    attempts = send(configured(sink), envelope())
    again = send(configured(sink), envelope())

    assert outcomes(attempts) == [(Outcome.UNKNOWN, FailureReason.TIMEOUT, "")]
    assert outcomes(again) == [(MessageState.ACCEPTED, "", "")]
    assert {mail.message["Message-ID"] for mail in sink.received} == {"<m1@lune.example>"}
    assert len(sink.received) == arrived + 1


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_found_dead_is_opened_again(sink: SmtpSink, step: str) -> None:
    getattr(sink.script, step).append(CUT)

    attempts = send(configured(sink), envelope())

    assert outcomes(attempts) == [(MessageState.ACCEPTED, "", "")]
    assert len(sink.received) == 1


def test_a_closed_port_means_nothing_was_sent(sink: SmtpSink) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = configured(sink, port=str(unused.getsockname()[1]))

        attempts = send(away, *[envelope(f"m{n}") for n in range(30)])

    assert set(outcomes(attempts)) == {(Outcome.RETRY, FailureReason.NETWORK, "")}
    consuming = [a for a in attempts if isinstance(a, DeliveryError) and a.consumes_attempt]
    assert len(consuming) <= CONNECTIONS


def test_an_address_that_cannot_be_mailed_fails_alone(sink: SmtpSink) -> None:
    attempts = send(configured(sink), envelope(to="not an address"), envelope("m2"))

    assert outcomes(attempts) == [
        (Outcome.FAILED, FailureReason.INVALID_ADDRESS, ""),
        (MessageState.ACCEPTED, "", ""),
    ]


def test_a_missing_sender_stops_the_chunk(sink: SmtpSink) -> None:
    attempts = send(replace(configured(sink), sender=""), envelope(), envelope("m2"))

    assert set(outcomes(attempts)) == {(Outcome.BREAKER, FailureReason.SENDER_REFUSED, "")}


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("right", (MessageState.ACCEPTED, "", "")),
        ("wrong", (Outcome.BREAKER, FailureReason.CREDENTIALS, "535")),
    ],
)
def test_the_server_is_told_who_we_are(password: str, expected: tuple[str, str, str]) -> None:
    with SmtpSink("lune", "right") as sink:
        config = replace(configured(sink), credentials={"username": "lune", "password": password})

        attempts = send(config, envelope())
        problem = asyncio.run(SENDER.check(config))

    assert outcomes(attempts) == [expected]
    assert (problem is None) is (password == "right")


def test_encryption_that_is_not_offered_is_not_done_without_f30(sink: SmtpSink) -> None:
    attempts = send(configured(sink, security="starttls"), envelope())

    assert outcomes(attempts) == [(Outcome.RETRY, FailureReason.NETWORK, "")]
    assert sink.received == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused_f31(tmp_path: Path, security: str) -> None:
    with SmtpSink(tls=_self_signed(tmp_path), starttls=security == "starttls") as sink:
        attempts = send(configured(sink, security=security), envelope())

    assert outcomes(attempts) == [(Outcome.BREAKER, FailureReason.CERTIFICATE, "")]
    assert sink.received == []


def test_check(sink: SmtpSink) -> None:
    assert asyncio.run(SENDER.check(configured(sink))) is None
    assert asyncio.run(SENDER.check(configured(sink, host=""))) == Problem(
        FailureReason.CREDENTIALS, "host and port"
    )
    assert asyncio.run(SENDER.check(replace(configured(sink), sender="x"))) == Problem(
        FailureReason.SENDER_REFUSED, "sender"
    )


def test_a_name_that_turned_private_is_not_connected_to(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AB-45: public when it was saved, private when it is used."""
    answers = [["93.184.216.34"], ["93.184.216.34", sink.host]]
    monkeypatch.setattr(socket, "getaddrinfo", _names(answers))
    monkeypatch.setattr(hosts, "MAIL_PORTS", (sink.port,))
    config = replace(configured(sink, host="mail.shop.example"), internal_hosts=False)
    assert hosts.is_public("mail.shop.example")

    attempts = send(config, envelope())

    assert outcomes(attempts) == [(Outcome.BREAKER, FailureReason.URL_NOT_ALLOWED, "")]
    assert (sink.received, sink.connections) == ([], 0)


def test_the_address_that_was_checked_is_the_one_connected_to(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AB-45: one look-up per connection, and no second one behind it."""
    monkeypatch.setattr(socket, "getaddrinfo", _names([[sink.host]]))
    monkeypatch.setattr(hosts, "_are_public", lambda _: True)
    monkeypatch.setattr(hosts, "MAIL_PORTS", (sink.port,))
    config = replace(configured(sink, host="mail.shop.example"), internal_hosts=False)

    attempts = send(config, envelope())

    assert outcomes(attempts) == [(MessageState.ACCEPTED, "", "")]


@pytest.mark.parametrize(
    ("host", "answers", "is_public"),
    [
        ("mail.shop.example", [["93.184.216.34"], ["93.184.216.35"]], True),
        ("mail.shop.example", [["93.184.216.34"], ["93.184.216.35", "93.184.216.34"]], False),
        ("CX.Shop.example.", [["93.184.216.34"], ["93.184.216.34"]], False),
        ("mail.shop.example", [["10.0.0.8"]], False),
        ("mail.shop.example", [["93.184.216.35", "::ffff:10.0.0.8"]], False),
        ("mail.shop.example", [[]], False),
    ],
    ids=["another", "our address", "our name", "private", "public and private", "nowhere"],
)
def test_our_own_public_host_is_not_connected_to(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, host: str, answers: Any, is_public: bool
) -> None:
    """AB-45: by neither its name nor another of its address; nor is a name that leads inside."""
    monkeypatch.setattr(socket, "getaddrinfo", _names(answers))
    monkeypatch.setattr(hosts, "MAIL_PORTS", (sink.port,))
    assert hosts.is_public(host, "cx.shop.example") is is_public

    monkeypatch.setattr(socket, "getaddrinfo", _names([[sink.host], [sink.host]]))
    monkeypatch.setattr(hosts, "_are_public", lambda _: True)
    config = replace(configured(sink, host=host), internal_hosts=False, own_host="cx.shop.example")
    assert outcomes(send(config, envelope())) == [
        (Outcome.BREAKER, FailureReason.URL_NOT_ALLOWED, "")
    ]
    assert sink.connections == 0


def test_a_port_that_is_not_for_mail_is_not_connected_to(sink: SmtpSink) -> None:
    """AB-45: whatever a channel was saved with."""
    config = replace(configured(sink, host="8.8.8.8", port="22"), internal_hosts=False)

    assert outcomes(send(config, envelope())) == [
        (Outcome.BREAKER, FailureReason.URL_NOT_ALLOWED, "")
    ]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1"]
)
def test_addresses_that_lead_inside_are_no_public_ones(address: str) -> None:
    """AB-45"""
    assert not hosts.is_public(address)


def test_the_next_chunk_uses_the_connections_of_the_last_one(sink: SmtpSink) -> None:
    config = configured(sink)

    for number in range(4):
        attempts = run_in_loop(SENDER.send([envelope(f"m{number}")], config))
        assert outcomes(attempts) == [(MessageState.ACCEPTED, "", "")]

    assert len({mail.connection for mail in sink.received}) == 1


def test_another_password_is_another_connection(sink: SmtpSink) -> None:
    config = configured(sink)
    run_in_loop(SENDER.send([envelope()], config))
    other = configured(sink, security="starttls")

    attempts = run_in_loop(SENDER.send([envelope()], other))

    assert outcomes(attempts) == [(Outcome.RETRY, FailureReason.NETWORK, "")]


def _names(answers: list[list[str]]) -> Callable[..., list[Any]]:
    """A name server that gives these answers, one after the other, and then none."""
    waiting = iter(answers)

    def look_up(_host: str, port: int | None, *_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))
            for address in next(waiting)
        ]

    return look_up


def test_smtp_cannot_tell_what_became_of_a_mail(sink: SmtpSink) -> None:
    assert asyncio.run(SENDER.find(envelope(), configured(sink))) is None
    assert SENDER.capabilities(configured(sink)) == Capabilities(two_way=False, has_hours=False)


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(dt.datetime(2090, 1, 1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
