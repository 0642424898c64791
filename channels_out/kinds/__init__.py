"""The kinds of channels: to add one, add a folder and a line here."""

from channels_out.kinds.base import Kind
from channels_out.kinds.email.kind import EMAIL
from channels_out.kinds.qr.kind import QR
from channels_out.kinds.sms.kind import SMS
from channels_out.kinds.web.kind import WEB

KINDS: dict[str, Kind] = {
    "email": EMAIL,
    "sms": SMS,
    "qr": QR,
    "web": WEB,
}
