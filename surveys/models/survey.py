"""The questionnaire and its immutable versions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import OrganisationOwned, User
from surveys.enums import SurveyState


class Survey(OrganisationOwned):
    """A questionnaire. `draft` is what the builder edits; answers belong to a version.

    `draft_revision` guards against two editors; `results_version` grows whenever the
    survey's numbers change, and keys every rendered result. `draft_step` is the number of
    the DraftStep that the draft equals.
    """

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=SurveyState, default=SurveyState.DRAFT)
    template = models.CharField(max_length=20, blank=True)
    languages = ArrayField(models.CharField(max_length=5))
    default_language = models.CharField(max_length=5)
    draft = models.JSONField(default=dict)
    draft_revision = models.PositiveIntegerField(default=1)
    draft_step = models.PositiveIntegerField(default=0)
    current_version = models.ForeignKey(
        "surveys.SurveyVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    results_version = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-updated_at"], name="surveys_survey_recent")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.state == SurveyState.LIVE


class DraftStep(OrganisationOwned):
    """One state of a draft that undo can return to.

    Whole documents, not differences: a document is a few kilobytes, only the last hundred
    are kept, and going back can then never fail half-way. `edit` names what was edited, so
    that the keystrokes of one text become one step.
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    number = models.PositiveIntegerField()
    document = models.JSONField()
    edit = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "survey", "number"],
                name="surveys_draftstep_number_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} step {self.number}"


class SurveyVersion(OrganisationOwned):
    """What was published: never changed afterwards (by trigger)."""

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "survey", "number"],
                name="surveys_surveyversion_number_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"
