"""Rounds of the clock: the same work for each organisation that has some."""

import logging
from collections.abc import Callable
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded

from accounts.queries.lookups import organisations_from

logger = logging.getLogger(__name__)


def for_each_organisation(found_by: str, work: Callable[[UUID], int]) -> int:
    """Do the work for each organisation that a discovery function names; returns the sum.

    What fails in one organisation must not stop the others: it is logged, and the next
    round tries again.
    """
    total = 0
    for organisation_id in organisations_from(found_by):
        try:
            total += work(organisation_id)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception(
                "round_failed", extra={"organisation": str(organisation_id), "round": found_by}
            )
    return total
