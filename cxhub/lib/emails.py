"""Email addresses: one spelling for each, and a refusal that says why."""

import re
import unicodedata

import idna

MAX_LENGTH = 254
MAX_LOCAL = 64

EMPTY = "empty"
TOO_LONG = "too_long"
INVALID = "invalid"
LOCAL_NOT_ASCII = "local_not_ascii"

# Dot-atoms only: quoted local parts are legal, unused by people, and a gift to header injection.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")


class EmailError(ValueError):
    """An address no mail can be sent to; `code` is stable, the wording belongs to the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalise(value: str) -> str:
    """Return the address in lower case with an ASCII domain, or raise EmailError."""
    typed = _trimmed(value)
    if not typed:
        raise EmailError(EMPTY)
    local, at, domain = typed.rpartition("@")
    if not at or not local or not domain:
        raise EmailError(INVALID)
    if len(typed) > MAX_LENGTH or len(local) > MAX_LOCAL:
        raise EmailError(TOO_LONG)
    address = f"{_local(local)}@{_domain(domain)}"
    if len(address) > MAX_LENGTH:
        raise EmailError(TOO_LONG)
    return address


def _trimmed(value: str) -> str:
    if value.isascii():
        return value.strip().lower()
    folded = unicodedata.normalize("NFKC", value)
    return "".join(c for c in folded if unicodedata.category(c) != "Cf").strip().lower()


def _local(local: str) -> str:
    if not local.isascii():
        raise EmailError(LOCAL_NOT_ASCII)
    if not _LOCAL.fullmatch(local):
        raise EmailError(INVALID)
    return local


def _domain(domain: str) -> str:
    try:
        spelled = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise EmailError(INVALID) from error
    labels = spelled.split(".")
    if len(labels) < 2 or not _TOP.fullmatch(labels[-1]):
        raise EmailError(INVALID)
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise EmailError(INVALID)
    return spelled
