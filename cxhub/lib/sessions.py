"""Django's sessions, read by a statement that is not built anew for every request."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

STORED = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Sessions in the database; one that is over or unknown is empty and gets a new key."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(STORED, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        stored: dict[str, Any] = self.decode(row[0])
        return stored
