"""What Twilio posts to us: who signed it, whom it concerns, what it says."""

from collections.abc import Mapping, Sequence

from twilio.request_validator import RequestValidator

from channels_out.enums import FailureReason, MessageState
from channels_out.kinds.base import Callback, Config, Inbound, StatusUpdate
from channels_out.kinds.sms.errors import reason_for
from channels_out.kinds.sms.senders import SenderType, sender_type
from channels_out.kinds.sms.states import STATES
from cxhub.lib.sms.keywords import Keyword

_OPT_OUT_TYPES = {"STOP": Keyword.OPT_OUT, "START": Keyword.OPT_IN, "HELP": Keyword.HELP}


class TwilioCallbacks:
    """Reads status callbacks and inbound messages."""

    def is_authentic(self, callback: Callback, config: Config) -> bool:
        """Check the signature over the public URL and every field, during rotations as well."""
        signature = callback.header("X-Twilio-Signature")
        tokens = [config.credentials.get(n, "") for n in ("auth_token", "previous_auth_token")]
        signed = callback.body if "bodySHA256=" in callback.url else _Fields(callback.form)
        return bool(signature) and any(
            RequestValidator(token).validate(callback.url, signed, signature)
            for token in tokens
            if token
        )

    def is_ours(self, callback: Callback, config: Config) -> bool:
        """Check account and number: one Twilio account may sign for several channels."""
        if callback.value("AccountSid") != config.credentials.get("account_sid"):
            return False
        if sender_type(config.sender) is SenderType.SERVICE:
            return callback.value("MessagingServiceSid") in ("", config.sender)
        ours = callback.value("From" if callback.value("MessageStatus") else "To")
        return ours in ("", config.sender)

    def parse_status(self, callback: Callback) -> StatusUpdate:
        """Return the reported state; words we do not know have none."""
        word = callback.value("MessageStatus") or callback.value("SmsStatus")
        state = STATES.get(word)
        code = callback.value("ErrorCode")
        has_failed = state in (MessageState.UNDELIVERED, MessageState.FAILED)
        reason = reason_for(code) or (FailureReason.REJECTED if has_failed else None)
        return StatusUpdate(
            provider_id=callback.value("MessageSid") or callback.value("SmsSid"),
            word=word[:30],
            state=state,
            code=code[:20],
            reason=reason if has_failed else None,
            is_read=word == "read",
        )

    def parse_inbound(self, callback: Callback) -> Inbound | None:
        """Return what a customer wrote; media are counted, never fetched."""
        identity, sender = callback.value("MessageSid"), callback.value("From")
        if not identity or not sender:
            return None
        media = callback.value("NumMedia")
        return Inbound(
            provider_id=identity,
            sender=sender,
            to=callback.value("To"),
            text=callback.value("Body"),
            media=int(media) if media.isdecimal() and len(media) < 4 else 0,
            keyword=_OPT_OUT_TYPES.get(callback.value("OptOutType").upper()),
            delivery_token=callback.header("I-Twilio-Idempotency-Token"),
        )


class _Fields(dict[str, Sequence[str]]):
    """Form fields in the shape Twilio's validator asks for: several values under one name."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        super().__init__(form)

    def getlist(self, name: str) -> list[str]:
        """Return every value of a field."""
        return list(self[name])
