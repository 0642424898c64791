"""The fake telephone: text messages that arrive in the simulator."""

from channels_out.kinds.base import Capabilities, Config, Envelope
from channels_out.kinds.simulated import SimulatorSender
from channels_out.kinds.sms.texts import MAX_TEXT, rendered
from cxhub.lib.simulator import Entry


def _entry(envelope: Envelope, config: Config) -> Entry:
    return Entry(
        message_id=envelope.message_id,
        organisation=envelope.organisation,
        channel="sms",
        to=envelope.to,
        sender=envelope.sender or config.sender,
        text=rendered(envelope),
    )


SIMULATOR = SimulatorSender(
    Capabilities(two_way=True, has_hours=False, max_text=MAX_TEXT, can_be_looked_up=True), _entry
)
