"""Rows that the tests of a file begin with: made once, with a copy for each test.

A transaction is open around the tests of the file, and each test's own is a savepoint in it: what
was made before stays for all of them, what a test writes is undone after it. Other connections
see nothing of it, so in a file with `committed` tests the rows are made anew for each test.
"""

import pickle
from collections.abc import Callable
from typing import Any

from accounts.models import Organisation
from cxhub.lib.tenancy import tenant


class Made:
    """What `make` returns for the parent: kept for the tests of a file, or made for each."""

    def __init__(self, make: Callable, parent: "Made | None", *, is_kept: bool) -> None:
        self._make = make
        self._kept = pickle.dumps(_in_tenant(make, parent)) if is_kept else b""

    def copy(self, *parent: Any) -> Any:
        """A test's own copy; without kept rows, new ones for the parent that the test has."""
        if not self._kept:
            return self._make(*parent)
        row = pickle.loads(self._kept)
        for organisation in parent:
            if isinstance(organisation, Organisation) and hasattr(row, "organisation"):
                row.organisation = organisation  # the very one that the test changes
        return row


def _in_tenant(make: Callable, parent: Made | None) -> Any:
    if parent is None:
        return make()
    row = parent.copy()
    with tenant(row.pk if isinstance(row, Organisation) else row.organisation_id):
        return make(row)
