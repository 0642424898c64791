"""A mail compiled once to bytes with slots, and filled for each recipient."""

import re
import secrets
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape

from channels_out.kinds.base import Envelope
from channels_out.kinds.email.headers import (
    date_line,
    header_line,
    is_free,
    mailbox,
    mailbox_line,
    unsubscribe_lines,
)

_MAX_LINE = 72
_SOFT = b"=\r\n"
_AS_IT_IS = re.compile(r"(?!\.)[!-<>-~ ]{0,72}")
_DOT = b"=2E"  # a line of its own would end the mail
_QUOTED = [
    bytes([byte])
    if byte in (9, 32) or (33 <= byte <= 126 and byte != ord("="))
    else b"=%02X" % byte
    for byte in range(256)
]


class MailTemplate:
    """Subject, text and HTML of a campaign: everything encoded but the values of the slots.

    Templates are kept as pieces: at even places what is written, at odd places the slot's name.
    """

    def __init__(self, subject: str, text: str, html: str, names: frozenset[str]) -> None:
        self._subject = _pieces(subject, names)
        self._text = _compiled(text, names)
        self._html = _compiled(html, names) if html else []
        # "=_" cannot occur in quoted-printable: no value can ever close a part.
        boundary = f"=_{secrets.token_hex(12)}".encode("ascii")
        self._head, self._between, self._tail = _frame(boundary) if html else _PLAIN_FRAME

    def subject(self, slots: Mapping[str, str]) -> str:
        """Return the subject with its slots filled."""
        return _filled(self._subject, slots)

    def body(self, slots: Mapping[str, str]) -> bytes:
        """Return MIME headers and both parts, slots filled, quoted-printable, CRLF."""
        written = [self._head]
        _fill(written, self._text, slots, quoted)
        if self._html:
            written.append(self._between)
            _fill(written, self._html, slots, _quoted_html)
        written.append(self._tail)
        return b"".join(written)


@lru_cache(maxsize=64)
def compiled(subject: str, text: str, html: str, names: frozenset[str]) -> MailTemplate:
    """Return the compiled template; campaigns come back with the same strings."""
    return MailTemplate(subject, text, html, names)


def render(envelope: Envelope, sender: str, unsubscribe_mailto: str = "") -> bytes:
    """Return the mail as it goes over the wire."""
    slots = envelope.slots
    template = compiled(envelope.subject, envelope.text, envelope.html, frozenset(slots))
    lines = [
        mailbox_line("From", sender),
        header_line("To", envelope.to),
        header_line("Subject", template.subject(slots)),
        f"Message-ID: {message_id(envelope, sender)}\r\n".encode("ascii"),
        date_line(),
    ]
    if envelope.reply_to:
        lines.append(mailbox_line("Reply-To", envelope.reply_to))
    if envelope.unsubscribe_url:
        lines.append(unsubscribe_lines(envelope.unsubscribe_url, unsubscribe_mailto))
    for name, value in envelope.headers.items():
        if is_free(name):
            lines.append(header_line(name, filled(value, slots)))
    lines.append(template.body(slots))
    return b"".join(lines)


def message_id(envelope: Envelope, sender: str) -> str:
    """Return the Message-ID: the same for every attempt, so a duplicate can be recognised."""
    return f"<{envelope.message_id}@{mailbox(sender)[1].rpartition('@')[2]}>"


def filled(template: str, slots: Mapping[str, str]) -> str:
    """Return plain text with its slots filled in one pass: a value is never searched for slots."""
    return _filled(_pieces(template, frozenset(slots)), slots)


def filled_html(template: str, slots: Mapping[str, str]) -> str:
    """Return HTML with its slots filled by escaped values."""
    return _filled(_pieces(template, frozenset(slots)), {k: escape(v) for k, v in slots.items()})


def quoted(value: str) -> bytes:
    """Return quoted-printable lines of at most 76 columns, CRLF between them.

    None begins with a dot: nothing on the way has to look for dots again, as SMTP would ask.
    """
    if _AS_IT_IS.fullmatch(value) and not value.endswith(" "):
        return value.encode("ascii")
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(_quoted_line(line.encode("utf-8", "replace")) for line in lines)


def _quoted_html(value: str) -> bytes:
    return quoted(escape(value))


def _quoted_line(line: bytes) -> bytes:
    written: list[bytes] = []
    column = 0
    for byte in line:
        token = _QUOTED[byte]
        if column + len(token) > _MAX_LINE:
            written.append(_SOFT)
            column = 0
        if not column and token == b".":
            token = _DOT
        written.append(token)
        column += len(token)
    if written and written[-1] in (b" ", b"\t"):  # white space at the end of a line is lost
        written[-1] = b"=%02X" % line[-1]
    return b"".join(written)


@lru_cache(maxsize=128)
def _splitter(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(r"\{(" + "|".join(re.escape(name) for name in sorted(names)) + r")\}")


def _pieces(template: str, names: frozenset[str]) -> list[str]:
    splitter = _splitter(names)
    return splitter.split(template) if splitter else [template]


def _compiled(template: str, names: frozenset[str]) -> list[bytes | str]:
    """Encode what is written; a soft break on each side gives a value lines of its own."""
    pieces = _pieces(template, names)
    last = len(pieces) - 1
    compiled_pieces: list[bytes | str] = []
    for place, piece in enumerate(pieces):
        if place % 2:
            compiled_pieces.append(piece)
            continue
        before = _SOFT if place else b""
        after = _SOFT if place < last else b""
        compiled_pieces.append(before + quoted(piece) + after)
    return compiled_pieces


def _filled(pieces: list[str], slots: Mapping[str, str]) -> str:
    return "".join(slots[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _fill(
    written: list[bytes],
    pieces: list[bytes | str],
    slots: Mapping[str, str],
    encode: Callable[[str], bytes],
) -> None:
    # A link stands a dozen times in one mail: each value is encoded once.
    values = {name: encode(value) for name, value in slots.items()}
    written.extend([p if isinstance(p, bytes) else values[p] for p in pieces])


_QUOTED_PART = b'; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
_PLAIN_FRAME = (
    b"MIME-Version: 1.0\r\nContent-Type: text/plain" + _QUOTED_PART,
    b"",
    b"\r\n",
)


def _frame(boundary: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the text, between text and HTML, and at the end."""
    head = (
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n'
        b"--" + boundary + b"\r\nContent-Type: text/plain" + _QUOTED_PART
    )
    between = b"\r\n--" + boundary + b"\r\nContent-Type: text/html" + _QUOTED_PART
    return head, between, b"\r\n--" + boundary + b"--\r\n"
