"""What a text message can be sent from, and what that allows."""

import re
from enum import StrEnum


class SenderType(StrEnum):
    """The four things a text message may come from."""

    NUMBER = "number"
    SHORT_CODE = "short_code"
    NAME = "name"
    SERVICE = "service"


_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
# Operators block application traffic from French mobile numbers.
_FRENCH_MOBILE = re.compile(r"\+33[67]\d{8}")


def sender_type(sender: str) -> SenderType:
    """Return what kind of sender this is; a name cannot be answered."""
    if re.fullmatch(r"MG[0-9a-f]{32}", sender):
        return SenderType.SERVICE
    if re.fullmatch(r"\+\d{7,15}", sender):
        return SenderType.NUMBER
    if re.fullmatch(r"\d{3,6}", sender):
        return SenderType.SHORT_CODE
    return SenderType.NAME


def refusal(sender: str) -> str:
    """Return why this sender cannot be used ("name", "french_mobile"), or an empty string."""
    kind = sender_type(sender)
    if kind is SenderType.NAME and not _NAME.fullmatch(sender):
        return "name"
    return "french_mobile" if _FRENCH_MOBILE.fullmatch(sender) else ""
