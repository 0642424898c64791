"""Ringing the bell for background work, after the transaction has committed."""

import logging
from functools import partial

from django.db import transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

Argument = str | int | bool | list[str] | None


def enqueue(task_path: str, **arguments: Argument) -> None:
    """Send a task when the current transaction commits (at once when there is none).

    The broker is only a doorbell: the work itself is a row, and a sweeper finds it when
    the bell did not ring. So a broker that is down is logged, never raised.
    """
    task = import_string(task_path)
    transaction.on_commit(partial(_send, task_path, task, arguments))


def _send(task_path: str, task: object, arguments: dict[str, Argument]) -> None:
    try:
        task.apply_async(kwargs=arguments)  # type: ignore[attr-defined]
    except (OperationalError, OSError):
        logger.warning("broker_unreachable", extra={"task": task_path})
