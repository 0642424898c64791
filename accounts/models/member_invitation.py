"""Letters that let a person in who is no member yet."""

from django.db import models
from django.utils import timezone

from accounts.enums import Role
from accounts.models.organisation import OrganisationOwned
from accounts.models.user import User


class MemberInvitation(OrganisationOwned):
    """One address that was invited, with a role; its link is stored as a hash.

    The address is in small letters. `round` grows when it is sent again: only the link of
    the last letter works.
    """

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=8, choices=Role)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    round = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    send_after = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="accounts_memberinvitation_open_key",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None

    @property
    def is_usable(self) -> bool:
        return self.is_open and self.expires_at > timezone.now()
