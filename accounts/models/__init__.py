"""Who may come in: users, organisations, members, keys."""

from accounts.models.api_key import ApiKey, IdempotencyKey
from accounts.models.audit import AuditEvent
from accounts.models.member_invitation import MemberInvitation
from accounts.models.membership import Membership, Place, Team
from accounts.models.organisation import Organisation, OrganisationOwned, TenantQuerySet
from accounts.models.user import User

__all__ = [
    "ApiKey",
    "AuditEvent",
    "IdempotencyKey",
    "MemberInvitation",
    "Membership",
    "Organisation",
    "OrganisationOwned",
    "Place",
    "Team",
    "TenantQuerySet",
    "User",
]
