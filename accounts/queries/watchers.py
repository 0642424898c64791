"""Who looks at an open page, in as few steps as it takes to be sure."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.models import User
from cxhub.lib.ids import parse_uuid
from cxhub.lib.sessions import SessionStore
from cxhub.lib.tenancy import row_of_user

MEMBER = """
SELECT m.organisation_id, o.timezone, m.role, u.language, u.password
FROM accounts_membership m
JOIN accounts_organisation o ON o.id = m.organisation_id
JOIN accounts_user u ON u.id = m.user_id
WHERE m.user_id = %s AND o.slug = %s AND NOT o.is_suspended AND u.is_active
"""


@dataclass(frozen=True)
class Watcher:
    """A signed-in member of an organisation, without his rows."""

    user_id: UUID
    organisation_id: UUID
    timezone: str
    role: str
    language: str


def watcher(session_key: str, organisation_slug: str) -> Watcher | None:
    """The member whose browser this is; None when anything is not as it should be.

    The same proof as Django's session, its sign-in and `memberships_of` give one after the
    other. Whoever is not proven here may still be let in there.
    """
    signed_in = SessionStore(session_key).load() if session_key else {}
    user_id = parse_uuid(str(signed_in.get(SESSION_KEY, "")))
    if (
        user_id is None
        or signed_in.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
    ):
        return None
    row = row_of_user(user_id, MEMBER, [user_id, organisation_slug])
    if row is None or not _has_password(row[4], signed_in.get(HASH_SESSION_KEY, "")):
        return None
    return Watcher(user_id, *row[:4])


def _has_password(password: str, session_hash: str) -> bool:
    """Whether the session was made with the password of today."""
    return constant_time_compare(session_hash, User(password=password).get_session_auth_hash())
