"""Mail headers: ASCII on the wire, folded, and never more than the line they were meant to be."""

import base64
import re
import time
from email.utils import formatdate
from functools import lru_cache

from channels_out.exceptions import ChannelMisconfigured
from cxhub.lib import emails

_MAX_VALUE = 900
_FOLD_AT = 76
_WORD_BYTES = 39  # of text in one encoded word: with its frame and "Subject: " under 76 columns
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
# What we write ourselves may not be written again by anybody.
_OURS = re.compile(
    r"(from|to|cc|bcc|sender|subject|date|message-id|reply-to|mime-version|content-.*"
    r"|return-path|received|dkim-.*|list-unsubscribe.*)",
    re.IGNORECASE,
)


def one_line(value: str) -> str:
    """Return the value without any line break or control: nothing in it can start a header."""
    return _BREAKS.sub(" ", value).strip()


def header_line(name: str, value: str) -> bytes:
    """Return `Name: value` with its CRLF, encoded as RFC 2047 asks when it is not ASCII."""
    flat = one_line(value)
    if not flat.isascii() or "=?" in flat:
        return f"{name}: {_encoded(flat[:_MAX_VALUE])}\r\n".encode("ascii")
    line = f"{name}: {flat}"
    if len(line) <= _FOLD_AT:
        return f"{line}\r\n".encode("ascii")
    return f"{_folded(line)}\r\n".encode("ascii")


def is_free(name: str) -> bool:
    """Return whether a header of this name may be added to what every mail carries."""
    return bool(_NAME.fullmatch(name)) and not _OURS.fullmatch(name)


@lru_cache(maxsize=256)
def mailbox(value: str) -> tuple[str, str]:
    """Return (header value, bare address) of `Maison Lune <avis@…>` or of an address alone."""
    flat = one_line(value)
    # Split by hand: the standard parser takes a comma in an unquoted name for a second address.
    name, opened, rest = flat.rpartition("<") if flat.endswith(">") else ("", "", flat)
    address = rest.removesuffix(">") if opened else rest
    try:
        bare = emails.normalise(address)
    except emails.EmailError as error:
        raise ChannelMisconfigured("sender") from error
    shown = name.strip().strip('"').strip()
    if not shown:
        return bare, bare
    if shown.isascii():
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{bare}>', bare
    return f"{_encoded(shown)} <{bare}>", bare


@lru_cache(maxsize=256)
def mailbox_line(name: str, value: str) -> bytes:
    """Return a header that holds one mailbox; its display name is already encoded."""
    return f"{name}: {mailbox(value)[0]}\r\n".encode("ascii")


def date_line() -> bytes:
    """Return the Date header of now."""
    return _date_line(int(time.time()))


def unsubscribe_lines(url: str, mailto: str = "") -> bytes:
    """Return the pair that lets a mailbox unsubscribe its owner with one click (RFC 8058)."""
    others = f",\r\n <mailto:{one_line(mailto)}>" if mailto else ""
    address = re.sub(r"[\s<>]", "", one_line(url))
    return (
        f"List-Unsubscribe: <{address}>{others}\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    ).encode("ascii", "ignore")


@lru_cache(maxsize=4)
def _date_line(second: int) -> bytes:
    return f"Date: {formatdate(second)}\r\n".encode("ascii")


def _encoded(value: str) -> str:
    words, word = [], b""
    for character in value:
        encoded = character.encode("utf-8", "replace")
        if len(word) + len(encoded) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(w).decode('ascii')}?=" for w in words)


def _folded(line: str) -> str:
    lines, current = [], ""
    for word in line[: _MAX_VALUE + 80].split(" "):
        if current and len(current) + 1 + len(word) > _FOLD_AT and current[-1] != ":":
            lines.append(current)
            current = f" {word}"
        else:
            current = f"{current} {word}" if current else word
    return "\r\n".join([*lines, current])
