"""Rows that the tests of a file begin with: made once, with a copy for each test.

They are committed, and deleted after the file; what a test writes is undone after it, as ever. No
transaction stays open around them: PostgreSQL's `now()` would stand still in it. `committed` tests
empty the tables, so in a file with one of them the rows are made anew for each test.
"""

import pickle
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from accounts.models import Organisation
from cxhub.lib.tenancy import tenant


class Made:
    """What `make` returns for the parent: kept for the tests of a file, or made for each."""

    def __init__(self, make: Callable, parent: "Made | None", *, is_kept: bool) -> None:
        self._make = make
        self._kept = pickle.dumps(_committed(make, parent)) if is_kept else b""

    def copy(self, *parent: Any) -> Any:
        """A test's own copy; without kept rows, new ones for the parent that the test has."""
        if not self._kept:
            return self._make(*parent)
        row = pickle.loads(self._kept)
        for organisation in parent:
            if isinstance(organisation, Organisation) and hasattr(row, "organisation"):
                row.organisation = organisation  # the very one that the test changes
        return row


def _committed(make: Callable, parent: Made | None) -> Any:
    with transaction.atomic():
        row = _in_tenant(make, parent)
        connection.run_on_commit.clear()  # as in a test, nothing follows from it by itself
    return row


def _in_tenant(make: Callable, parent: Made | None) -> Any:
    if parent is None:
        return make()
    row = parent.copy()
    with tenant(row.pk if isinstance(row, Organisation) else row.organisation_id):
        return make(row)
