"""The closed loop: a case and its thread."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Membership, OrganisationOwned, Team
from cases.enums import CaseEventKind, CaseState, CloseReason
from contacts.models import Contact
from surveys.models import Response


class Case(OrganisationOwned):
    """Something a customer told us that somebody must act on.

    It is given to a member, or to a team until one of its members takes it, or to nobody yet.
    """

    number = models.PositiveIntegerField()
    response = models.ForeignKey(
        Response,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.NEW)
    assignee = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    due_at = models.DateTimeField()
    is_automatic = models.BooleanField(default=False)
    close_reason = models.CharField(max_length=10, choices=CloseReason, blank=True)
    close_note = models.TextField(blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="cases_case_number_key"
            ),
            models.UniqueConstraint(
                fields=["organisation", "response"],
                condition=models.Q(is_automatic=True),
                name="cases_case_response_key",
            ),
            models.CheckConstraint(
                condition=models.Q(assignee=None) | models.Q(team=None),
                name="cases_case_given_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_at"], name="cases_case_inbox")
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class CaseEvent(OrganisationOwned):
    """One entry of the case's thread: append-only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=10, choices=CaseEventKind)
    author = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    text = models.TextField(blank=True)
    note_id = models.UUIDField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "case", "note_id"], name="cases_caseevent_note_key"
            )
        ]

    def __str__(self) -> str:
        return self.kind
