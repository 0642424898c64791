"""Ringing the bell for background work, after the transaction has committed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from cxhub.lib.patience import broker_answers
from cxhub.lib.silence import BROKER

logger = logging.getLogger(__name__)

_is_muted = ContextVar("is_muted", default=False)

# What the message says of its arguments for people to read: costs more than the message, and
# names customers' rows in the worker's log.
UNSAID = {"argsrepr": "", "kwargsrepr": ""}

Argument = str | int | bool | list[str] | None


def enqueue(task_path: str, *, queue: str | None = None, **arguments: Argument) -> None:
    """Send a task when the current transaction commits (at once when there is none).

    The broker is only a doorbell: the work itself is a row, and a sweeper finds it when
    the bell did not ring. So a broker that is down is logged, never raised. `queue` overrides the
    task's own queue.
    """
    if _is_muted.get():
        return
    task = import_string(task_path)
    transaction.on_commit(partial(_send, task_path, task, arguments, queue))


@contextmanager
def muted() -> Iterator[None]:
    """Ring no bell within: for bulk loads, whose rows the clock finds afterwards."""
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def _send(task_path: str, task: object, arguments: dict[str, Argument], queue: str | None) -> None:
    is_eager = settings.CELERY_TASK_ALWAYS_EAGER
    if not is_eager and not broker_answers():
        logger.warning("broker_unreachable", extra={"task": task_path})
        return
    try:
        task.apply_async(kwargs=arguments, queue=queue, **UNSAID)  # type: ignore[attr-defined]
    except (OperationalError, OSError):
        BROKER.fell_silent()
        logger.warning("broker_unreachable", extra={"task": task_path})
