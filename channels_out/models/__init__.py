"""Carrying words out, and hearing what happened to them."""

from channels_out.models.channel import Channel
from channels_out.models.inbound import InboundMessage, SmsConversation
from channels_out.models.message import Message, MessageBody, MessageEvent

__all__ = [
    "Channel",
    "InboundMessage",
    "Message",
    "MessageBody",
    "MessageEvent",
    "SmsConversation",
]
