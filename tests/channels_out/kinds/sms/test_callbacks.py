"""Callbacks are believed when Twilio signed exactly them, and only about our own messages."""

import pytest

from channels_out.enums import FailureReason, MessageState
from channels_out.kinds.base import Callback, Config, Inbound, StatusUpdate
from channels_out.kinds.sms.callbacks import TwilioCallbacks
from cxhub.lib.sms.keywords import Keyword
from tests.doubles.twilio import ACCOUNT, TOKEN, TwilioDouble

URL = "https://cx.example.fr/hooks/sms/twilio/c1/in?x=1"
CALLBACKS = TwilioCallbacks()
CONFIG = Config("twilio", credentials={"account_sid": ACCOUNT, "auth_token": TOKEN}, sender="38123")
DOUBLE = TwilioDouble()
INBOUND = DOUBLE.inbound_parameters("+33639980001", "38123", "9 Très bien ÉÈ 😀")


def signed(parameters: dict[str, str], url: str = URL) -> Callback:
    headers = {"x-twilio-signature": DOUBLE.signature(url, parameters)}
    return Callback(url, {k: [v] for k, v in parameters.items()}, headers)


FORM = {name: [value] for name, value in INBOUND.items()}
SIGNED = signed(INBOUND)


def test_a_signed_request_is_authentic() -> None:
    callback = signed(INBOUND)

    assert CALLBACKS.is_authentic(callback, CONFIG)
    assert CALLBACKS.is_ours(callback, CONFIG)


def test_a_request_signed_before_the_token_was_replaced_is_authentic_f55() -> None:
    rotated = Config("twilio", {"auth_token": "new", "previous_auth_token": TOKEN})

    assert CALLBACKS.is_authentic(signed(INBOUND), rotated)


@pytest.mark.parametrize(
    "callback",
    [
        Callback(URL, {"Body": ["9"]}, {}),
        Callback(URL, {"Body": ["9"]}, {"X-Twilio-Signature": ""}),
        Callback(URL, {"Body": ["9"]}, {"X-Twilio-Signature": "é" * 28}),
        Callback(URL, FORM | {"Body": ["10"]}, SIGNED.headers),
        Callback(URL + "1", FORM, SIGNED.headers),
        Callback(
            URL.replace("cx.", "evil."),
            FORM,
            SIGNED.headers,
        ),
        Callback(URL, {k: [v, "x"] for k, v in INBOUND.items()}, SIGNED.headers),
    ],
)
def test_a_forged_request_is_not_authentic(callback: Callback) -> None:
    """AB-32"""
    assert not CALLBACKS.is_authentic(callback, CONFIG)


def test_without_a_token_nothing_is_authentic() -> None:
    """AB-32"""
    assert not CALLBACKS.is_authentic(signed(INBOUND), Config("twilio"))


@pytest.mark.parametrize("change", [{"AccountSid": "AC" + "1" * 32}, {"To": "38999"}])
def test_another_account_or_number_is_not_ours(change: dict[str, str]) -> None:
    """AB-32"""
    assert not CALLBACKS.is_ours(signed({**INBOUND, **change}), CONFIG)


def test_a_status_is_ours_by_its_sender() -> None:
    status = {"AccountSid": ACCOUNT, "MessageStatus": "sent", "From": "38123", "To": "+33639980001"}

    assert CALLBACKS.is_ours(signed(status), CONFIG)
    assert not CALLBACKS.is_ours(signed({**status, "From": "38999"}), CONFIG)


@pytest.mark.parametrize(
    ("word", "code", "expected"),
    [
        ("queued", "", (MessageState.ACCEPTED, None)),
        ("sending", "", (MessageState.ACCEPTED, None)),
        ("sent", "", (MessageState.SENT, None)),
        ("delivered", "", (MessageState.DELIVERED, None)),
        ("undelivered", "30003", (MessageState.UNDELIVERED, FailureReason.UNREACHABLE)),
        ("undelivered", "30006", (MessageState.UNDELIVERED, FailureReason.NOT_SMS_CAPABLE)),
        ("failed", "21610", (MessageState.FAILED, FailureReason.OPTED_OUT)),
        ("failed", "12345", (MessageState.FAILED, FailureReason.REJECTED)),
        ("failed", "", (MessageState.FAILED, FailureReason.REJECTED)),
        ("failed", "9" * 5000, (MessageState.FAILED, FailureReason.REJECTED)),
        ("teleported", "", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_parse_status(
    word: str, code: str, expected: tuple[MessageState | None, FailureReason | None]
) -> None:
    fields = {"MessageSid": ["SM1"], "MessageStatus": [word], "ErrorCode": [code]}

    update = CALLBACKS.parse_status(Callback(URL, fields))

    assert update == StatusUpdate("SM1", word, expected[0], code[:20], expected[1])


def test_read_is_delivered_and_more() -> None:
    update = CALLBACKS.parse_status(
        Callback(URL, {"MessageSid": ["SM1"], "MessageStatus": ["read"]})
    )

    assert (update.state, update.is_read) == (MessageState.DELIVERED, True)


def test_parse_inbound() -> None:
    fields = {**INBOUND, "NumMedia": "3", "OptOutType": "STOP"}
    callback = Callback(
        URL, {k: [v] for k, v in fields.items()}, {"I-Twilio-Idempotency-Token": "t1"}
    )

    assert CALLBACKS.parse_inbound(callback) == Inbound(
        INBOUND["MessageSid"],
        "+33639980001",
        "38123",
        "9 Très bien ÉÈ 😀",
        media=3,
        keyword=Keyword.OPT_OUT,
        delivery_token="t1",
    )


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_parse_inbound_needs_a_message_and_a_sender(missing: str) -> None:
    fields = {name: [value] for name, value in INBOUND.items() if name != missing}

    assert CALLBACKS.parse_inbound(Callback(URL, fields)) is None


@pytest.mark.parametrize("media", ["", "-1", "many", "9" * 5000])
def test_nonsense_media_counts_are_none(media: str) -> None:
    fields = {name: [value] for name, value in {**INBOUND, "NumMedia": media}.items()}

    inbound = CALLBACKS.parse_inbound(Callback(URL, fields))

    assert inbound is not None
    assert inbound.media == 0
