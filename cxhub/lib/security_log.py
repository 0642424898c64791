"""Security events: lines of the logger `security` that say who it was, in which organisation."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from rest_framework.request import Request
from structlog.contextvars import bound_contextvars

logger = logging.getLogger("security")


@contextmanager
def acting(*, organisation: object, actor: str) -> Iterator[None]:
    """Name the organisation and who acts in every log line that is written inside."""
    with bound_contextvars(organisation=str(organisation), actor=actor):
        yield


def row_not_found(request: HttpRequest | Request) -> None:
    """Somebody asked for a row that his organisation does not have.

    Whether another one has it is not looked up: finding out would take time that a random
    identifier does not, and that difference could be measured from outside.
    """
    logger.warning("row_not_found", extra={"method": request.method, "path": request.path})


def choice_not_found(value: str) -> None:
    """Somebody sent a form with an identifier that was not among the choices."""
    logger.warning("choice_not_found", extra={"value": value})
