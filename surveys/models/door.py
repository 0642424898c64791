"""The doors to a survey: public ones and private ones."""

from django.db import models

from accounts.models import Organisation, OrganisationOwned, Place
from contacts.models import Contact
from surveys.enums import CollectorKind
from surveys.models.survey import Survey


class Collector(OrganisationOwned):
    """A public door: a link, a QR placement, a kiosk, a widget."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=CollectorKind)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(
        Place,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="surveys_collector_code_key"
            )
        ]
        indexes = [models.Index(fields=["code"], name="surveys_collector_code")]

    def __str__(self) -> str:
        return self.name or self.code


class Invitation(OrganisationOwned):
    """A private door for one contact; the token is stored as its SHA-256 only."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    token_hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "token_hash"],
                name="surveys_invitation_token_key",
            )
        ]
        indexes = [
            models.Index(fields=["token_hash"], name="surveys_invitation_token"),
            models.Index(
                fields=["organisation", "contact", "-created_at"],
                name="surveys_invitation_who",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LinkVisit(OrganisationOwned):
    """That a personal link was opened from one network, and how often.

    The network is a keyed digest, another one for each link. `automated_visits` are those that
    looked like a machine's. The `burst_*` columns hold what is needed to tell whether several
    rating links are opened within seconds: since when, which of them (a bit per note), and how
    many visits of it have been taken for a person's.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    network = models.CharField(max_length=32)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    visits = models.IntegerField()
    automated_visits = models.IntegerField()
    burst_at = models.DateTimeField()
    burst_scores = models.SmallIntegerField()
    burst_visits = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "invitation", "network"],
                name="surveys_linkvisit_network_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.visits} × {self.network[:8]}"

    @property
    def is_automated(self) -> bool:
        """Whether only machines came from there, as far as can be told."""
        return self.automated_visits >= self.visits
