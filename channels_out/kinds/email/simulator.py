"""The fake mailbox: mail that arrives in the simulator."""

from channels_out.kinds.base import Capabilities, Config, Envelope
from channels_out.kinds.email.headers import one_line
from channels_out.kinds.email.rendering import filled, filled_html
from channels_out.kinds.simulated import SimulatorSender
from cxhub.lib.simulator import Entry


def _entry(envelope: Envelope, config: Config) -> Entry:
    headers = {name: one_line(filled(v, envelope.slots)) for name, v in envelope.headers.items()}
    if envelope.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if envelope.reply_to:
        headers["Reply-To"] = envelope.reply_to
    return Entry(
        message_id=envelope.message_id,
        organisation=envelope.organisation,
        channel="email",
        to=envelope.to,
        sender=envelope.sender or config.sender,
        subject=one_line(filled(envelope.subject, envelope.slots)),
        text=filled(envelope.text, envelope.slots),
        html=filled_html(envelope.html, envelope.slots),
        headers=headers,
    )


SIMULATOR = SimulatorSender(
    Capabilities(two_way=False, has_hours=False, can_be_looked_up=True), _entry
)
