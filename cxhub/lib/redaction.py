"""Keeps the tokens of personal links out of the logs."""

import logging
import re

TOKEN_PATH = re.compile(r"/(r|u|me)/[^/\s?\"']+")


def redact(text: str) -> str:
    """The text with the secret part of personal links replaced by dots."""
    return TOKEN_PATH.sub(r"/\1/•••", text)


class TokenFilter(logging.Filter):
    """Redacts each record's message and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        return True
