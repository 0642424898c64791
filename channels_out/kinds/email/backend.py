"""Django's own mail (password reset) into the fake mailbox."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from cxhub.lib.ids import uuid7
from cxhub.lib.simulator import Entry, Ledger


class SimulatorBackend(BaseEmailBackend):
    """Records mail that belongs to no organisation; nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Record every recipient of every mail."""
        entries = [entry for message in email_messages for entry in _entries(message)]
        if entries:
            Ledger(Path(settings.SIMULATOR_DIR) / "ledger.sqlite3").record_all(entries)
        return len(email_messages)


def _entries(message: EmailMessage) -> list[Entry]:
    html = ""
    if isinstance(message, EmailMultiAlternatives):
        html = next(
            (str(content) for content, kind in message.alternatives if kind == "text/html"), ""
        )
    return [
        Entry(
            message_id=f"system-{uuid7()}",
            channel="email",
            to=recipient,
            sender=message.from_email,
            subject=str(message.subject),
            text=str(message.body),
            html=html,
        )
        for recipient in message.recipients()
    ]
