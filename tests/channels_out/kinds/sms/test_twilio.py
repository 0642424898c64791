"""The real Twilio client against a Twilio that checks what the real one checks."""

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_out.enums import FailureReason, MessageState, Outcome
from channels_out.kinds.base import (
    Absent,
    Attempt,
    Capabilities,
    Config,
    DeliveryError,
    Envelope,
    Problem,
    Receipt,
)
from channels_out.kinds.loop import run_in_loop
from channels_out.kinds.sms import lines
from channels_out.kinds.sms.texts import pieces, rendered
from channels_out.kinds.sms.twilio import CONNECTIONS, TwilioSender, _form
from tests.doubles import faults
from tests.doubles.faults import Fault
from tests.doubles.twilio import ACCOUNT, TOKEN, TwilioDouble

NUMBER = "+33639980001"
SENDER = TwilioSender()


@pytest.fixture
def twilio() -> Iterator[TwilioDouble]:
    with TwilioDouble() as double:
        yield double


@pytest.fixture
def config(twilio: TwilioDouble) -> Config:
    return Config(
        "twilio",
        credentials={"account_sid": ACCOUNT, "auth_token": TOKEN},
        sender="38123",
        api_base=twilio.url,
    )


def envelope(message_id: str = "m1", to: str = NUMBER, **more: object) -> Envelope:
    return replace(
        Envelope(
            message_id,
            to,
            "{name}, répondez de 0 à 10 : {link}",
            slots={"name": "Zoë", "link": f"https://cx.example.fr/r/{message_id}{'x' * 40}"},
            status_url=f"https://cx.example.fr/hooks/sms/twilio/c1/status/{message_id}",
        ),
        **more,  # type: ignore[arg-type]
    )


def send(config: Config, *envelopes: Envelope, deadline: float | None = None) -> list[Attempt]:
    return asyncio.run(SENDER.send(envelopes, config, deadline))


def error(attempt: Attempt) -> DeliveryError:
    assert isinstance(attempt, DeliveryError)
    return attempt


def outcomes(attempts: Sequence[Attempt]) -> list[tuple[Outcome, FailureReason, str]]:
    return [(e.outcome, e.reason, e.code) for e in map(error, attempts)]


def test_send_gives_twilio_all_it_needs(twilio: TwilioDouble, config: Config) -> None:
    (receipt,) = send(config, envelope(valid_for=99_999))

    (sent,) = twilio.messages
    assert receipt == Receipt(sent.sid, MessageState.ACCEPTED, "queued")
    assert twilio.requests == [
        {
            "To": NUMBER,
            "From": "38123",
            "Body": f"Zoë, répondez de 0 à 10 : https://cx.example.fr/r/m1{'x' * 40}",
            "ValidityPeriod": "14400",
            "StatusCallback": "https://cx.example.fr/hooks/sms/twilio/c1/status/m1",
        }
    ]


def test_a_messaging_service_sends_in_its_own_name(twilio: TwilioDouble, config: Config) -> None:
    service = "MG" + "0" * 32

    send(replace(config, sender=service), envelope())

    assert twilio.requests[0]["MessagingServiceSid"] == service
    assert "From" not in twilio.requests[0]


def test_a_chunk_keeps_its_order_and_reuses_its_connections(
    twilio: TwilioDouble, config: Config
) -> None:
    chunk = [envelope(f"m{n}", f"+336399800{n % 100:02}") for n in range(200)]

    attempts = send(config, *chunk)

    by_sid = {sent.sid: sent for sent in twilio.messages}
    assert len(by_sid) == 200
    assert [by_sid[a.provider_id].status_callback for a in attempts if isinstance(a, Receipt)] == [
        e.status_url for e in chunk
    ]
    assert len({sent.connection for sent in twilio.messages}) <= CONNECTIONS


def test_the_next_chunk_uses_the_connections_of_the_last_one(
    twilio: TwilioDouble, config: Config
) -> None:
    for number in range(4):
        run_in_loop(SENDER.send([envelope(f"m{number}")], config))

    assert len(twilio.messages) == 4
    assert len({sent.connection for sent in twilio.messages}) == 1


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_a_form_is_encoded_as_forms_are(text: str, name: str) -> None:
    written = envelope(text=text, slots={"name": name}, status_url="https://x.fr/é é/1")
    config = Config("twilio", sender="Maison & Lune")

    posted = _form(written, config, pieces(written))
    form = dict(parse_qsl(posted.decode(), keep_blank_values=True, strict_parsing=True))

    assert form == {
        "To": NUMBER,
        "From": "Maison & Lune",
        "Body": rendered(written),
        "ValidityPeriod": "14400",
        "StatusCallback": "https://x.fr/é é/1",
    }


def test_a_value_is_never_searched_for_slots(twilio: TwilioDouble, config: Config) -> None:
    """AB-26"""
    send(config, envelope(slots={"name": "{link}\r\n\u202e\x00", "link": "https://x.fr/1"}))

    assert twilio.messages[0].body == "{link}, répondez de 0 à 10 : https://x.fr/1"


@pytest.mark.parametrize(
    ("fault", "outcome", "reason", "code"),
    [
        (faults.CREDENTIALS, Outcome.BREAKER, FailureReason.CREDENTIALS, "20003"),
        (Fault(401, body="no"), Outcome.BREAKER, FailureReason.CREDENTIALS, "401"),
        (faults.too_many(), Outcome.RETRY, FailureReason.RATE_LIMITED, "20429"),
        (Fault(429, body="slow"), Outcome.RETRY, FailureReason.RATE_LIMITED, "429"),
        (faults.refusal(400, 21211), Outcome.FAILED, FailureReason.INVALID_ADDRESS, "21211"),
        (faults.refusal(400, 21614), Outcome.FAILED, FailureReason.NOT_SMS_CAPABLE, "21614"),
        (faults.refusal(400, 30005), Outcome.FAILED, FailureReason.INVALID_ADDRESS, "30005"),
        (faults.refusal(400, 30006), Outcome.FAILED, FailureReason.NOT_SMS_CAPABLE, "30006"),
        (faults.refusal(400, 21408), Outcome.FAILED, FailureReason.TERRITORY, "21408"),
        (faults.OPTED_OUT, Outcome.FAILED, FailureReason.OPTED_OUT, "21610"),
        (faults.refusal(400, 21611), Outcome.RETRY, FailureReason.RATE_LIMITED, "21611"),
        (faults.refusal(400, 30001), Outcome.RETRY, FailureReason.RATE_LIMITED, "30001"),
        (faults.refusal(400, 14107), Outcome.RETRY, FailureReason.RATE_LIMITED, "14107"),
        (faults.refusal(400, 63038), Outcome.RETRY, FailureReason.RATE_LIMITED, "63038"),
        (faults.refusal(400, 30022), Outcome.RETRY, FailureReason.RATE_LIMITED, "30022"),
        (faults.refusal(400, 21612), Outcome.RETRY, FailureReason.UNREACHABLE, "21612"),
        (faults.refusal(400, 30003), Outcome.RETRY, FailureReason.UNREACHABLE, "30003"),
        (faults.refusal(400, 21617), Outcome.FAILED, FailureReason.TOO_LONG, "21617"),
        (faults.refusal(400, 30002), Outcome.BREAKER, FailureReason.ACCOUNT_SUSPENDED, "30002"),
        (faults.refusal(400, 30004), Outcome.FAILED, FailureReason.BLOCKED, "30004"),
        (faults.refusal(400, 30007), Outcome.FAILED, FailureReason.BLOCKED, "30007"),
        (faults.refusal(400, 30008), Outcome.FAILED, FailureReason.PROVIDER_ERROR, "30008"),
        (faults.refusal(400, 30410), Outcome.FAILED, FailureReason.PROVIDER_ERROR, "30410"),
        (faults.refusal(400, 99999), Outcome.FAILED, FailureReason.REJECTED, "99999"),
        (faults.server_error(), Outcome.UNKNOWN, FailureReason.PROVIDER_ERROR, "20500"),
        (faults.server_error(503), Outcome.UNKNOWN, FailureReason.PROVIDER_ERROR, "20500"),
        (Fault(302, body=""), Outcome.UNKNOWN, FailureReason.BAD_REPLY, "302"),
    ],
)
def test_every_refusal_has_its_outcome(
    twilio: TwilioDouble,
    config: Config,
    fault: Fault,
    outcome: Outcome,
    reason: FailureReason,
    code: str,
) -> None:
    twilio.script(fault)

    attempts = send(config, envelope())

    assert outcomes(attempts) == [(outcome, reason, code)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.reset(), FailureReason.BAD_REPLY),
        (faults.html(), FailureReason.BAD_REPLY),
        (faults.truncated(), FailureReason.BAD_REPLY),
        (faults.without_sid(), FailureReason.BAD_REPLY),
        (faults.server_error(502, accepts=True), FailureReason.PROVIDER_ERROR),
    ],
)
def test_an_accepted_message_without_receipt_is_unknown_and_then_found_f24_f27(
    twilio: TwilioDouble, config: Config, fault: Fault, reason: FailureReason
) -> None:
    claimed = envelope(claimed_at=datetime.now(UTC))
    twilio.script(fault)

    attempt = error(send(config, claimed)[0])
    found = asyncio.run(SENDER.find(claimed, config))

    assert (attempt.outcome, attempt.reason) == (Outcome.UNKNOWN, reason)
    assert found == Receipt(twilio.messages[0].sid, MessageState.ACCEPTED, "")


def test_silence_is_unknown(
    twilio: TwilioDouble, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "READ_SECONDS", 0.2)
    twilio.script(faults.hang(1, accepts=True))

    attempts = send(config, envelope())

    assert outcomes(attempts) == [(Outcome.UNKNOWN, FailureReason.TIMEOUT, "")]


@pytest.mark.parametrize("wait", [None, 7])
def test_too_many_requests_cost_no_attempt_f26(
    twilio: TwilioDouble, config: Config, wait: int | None
) -> None:
    twilio.script(faults.too_many(wait))

    attempt = error(send(config, envelope())[0])

    assert (attempt.retry_after, attempt.consumes_attempt) == (wait, False)


def test_refused_credentials_stop_the_chunk_f56(twilio: TwilioDouble, config: Config) -> None:
    twilio.always(faults.CREDENTIALS)

    attempts = send(config, *[envelope(f"m{n}") for n in range(300)])

    assert set(outcomes(attempts)) == {(Outcome.BREAKER, FailureReason.CREDENTIALS, "20003")}
    assert len(attempts) == 300
    assert len(twilio.requests) <= CONNECTIONS


def test_wrong_credentials_are_refused_by_the_provider_itself(config: Config) -> None:
    wrong = replace(config, credentials={"account_sid": ACCOUNT, "auth_token": "wrong"})

    assert outcomes(send(wrong, envelope())) == [
        (Outcome.BREAKER, FailureReason.CREDENTIALS, "20003")
    ]
    assert asyncio.run(SENDER.check(wrong)) == Problem(
        FailureReason.CREDENTIALS, "Unable to fetch record: Authenticate"
    )


def test_missing_credentials_open_no_connection(config: Config) -> None:
    attempts = send(replace(config, credentials={}), envelope())

    assert outcomes(attempts) == [(Outcome.BREAKER, FailureReason.CREDENTIALS, "account_sid")]


def test_a_closed_port_means_nothing_was_sent_f23(config: Config) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = replace(config, api_base=f"http://127.0.0.1:{unused.getsockname()[1]}")

        attempts = send(away, *[envelope(f"m{n}") for n in range(100)])

    assert {(o, r) for o, r, _ in outcomes(attempts)} == {(Outcome.RETRY, FailureReason.NETWORK)}
    assert any(not error(attempt).consumes_attempt for attempt in attempts)


def test_an_old_claim_is_not_sent_f03(twilio: TwilioDouble, config: Config) -> None:
    attempts = send(config, envelope(), deadline=time.monotonic() - 1)

    assert outcomes(attempts) == [(Outcome.RETRY, FailureReason.LATE, "")]
    assert twilio.requests == []


def test_a_text_that_is_too_long_never_leaves(twilio: TwilioDouble, config: Config) -> None:
    attempts = send(config, envelope(text="a" * 1601))

    assert outcomes(attempts) == [(Outcome.FAILED, FailureReason.TOO_LONG, "21617")]
    assert twilio.requests == []


def test_find_takes_no_message_of_another_row_and_none_that_is_older(
    twilio: TwilioDouble, config: Config
) -> None:
    claimed = envelope(claimed_at=datetime.now(UTC))
    send(config, claimed)
    (sent,) = twilio.messages

    assert asyncio.run(SENDER.find(claimed, config, {sent.sid})) == Absent()
    assert (
        asyncio.run(SENDER.find(envelope("m2", claimed_at=datetime.now(UTC)), config)) == Absent()
    )
    sent.created -= timedelta(minutes=10)
    assert asyncio.run(SENDER.find(claimed, config)) == Absent()


def test_find_adopts_what_is_known_by_now(twilio: TwilioDouble, config: Config) -> None:
    claimed = envelope(claimed_at=datetime.now(UTC))
    send(config, claimed)
    twilio.messages[0].status, twilio.messages[0].error_code = "undelivered", 30003

    found = asyncio.run(SENDER.find(claimed, config))

    assert found == Receipt(twilio.messages[0].sid, MessageState.UNDELIVERED, "30003")


def test_find_cannot_tell_when_twilio_does_not_answer(config: Config) -> None:
    assert (
        asyncio.run(SENDER.find(envelope(), replace(config, api_base="http://127.0.0.1:9"))) is None
    )


def test_check_accepts_a_working_account(config: Config) -> None:
    assert asyncio.run(SENDER.check(config)) is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sender": ""}, Problem(FailureReason.SENDER_REFUSED, "sender")),
        ({"credentials": {}}, Problem(FailureReason.CREDENTIALS, "account_sid")),
    ],
)
def test_check_says_what_is_missing(
    config: Config, change: dict[str, object], problem: Problem
) -> None:
    assert asyncio.run(SENDER.check(replace(config, **change))) == problem  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sender", "options", "two_way"),
    [
        ("MaisonLune", {}, False),
        ("38123", {}, True),
        ("+15145550100", {}, True),
        ("MG" + "0" * 32, {}, False),
        ("MG" + "0" * 32, {"two_way": "True"}, True),
    ],
)
def test_capabilities_follow_the_sender(
    sender: str, options: dict[str, str], two_way: bool
) -> None:
    config = Config(
        "twilio", sender=sender, options={**options, "territories": "FR BE", "rate": "2"}
    )

    assert SENDER.capabilities(config) == Capabilities(
        two_way=two_way,
        has_hours=True,
        max_text=1600,
        rate_per_second=2.0,
        territories=frozenset({"FR", "BE"}),
        can_be_looked_up=True,
    )
