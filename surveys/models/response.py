"""What customers answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Organisation, OrganisationOwned, Place
from contacts.models import Contact
from surveys.enums import ResponseState
from surveys.models.door import Collector, Invitation
from surveys.models.survey import Survey, SurveyVersion


class Response(OrganisationOwned):
    """One answer sheet. Only `completed` ones count; the others say why they do not."""

    # The constraints below index every way in that is used; each index more would cost the
    # busiest insert of the product.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    version = models.ForeignKey(
        SurveyVersion,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    collector = models.ForeignKey(
        Collector,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
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
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=12, choices=ResponseState)
    submission_id = models.UUIDField()
    fingerprint = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(default=dict)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    started_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(db_default=Now())
    rolled_up_at = models.DateTimeField(null=True, blank=True)
    # That the customer wishes to be called or written back, and where: blank is where we wrote.
    callback_at = models.DateTimeField(null=True, blank=True)
    callback_way = models.CharField(max_length=254, blank=True, db_default="")
    # When the customer last changed what he had answered; `answered_at` stays what it was.
    changed_at = models.DateTimeField(null=True, blank=True)
    # What its person had begun behind the link where now stands what may be a machine's sheet:
    # submission, language, answers, started_at, at. A person's finished sheet takes its place.
    begun = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "submission_id"],
                name="surveys_response_submission_key",
            ),
            models.UniqueConstraint(
                fields=["organisation", "invitation"],
                condition=models.Q(state__in=["partial", "completed", "quarantined"]),
                name="surveys_response_once_per_invitation",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "survey", "-answered_at", "-id"],
                name="surveys_response_recent",
            ),
            models.Index(
                fields=["organisation"],
                condition=models.Q(state="completed", rolled_up_at__isnull=True),
                name="surveys_response_unrolled",
            ),
            models.Index(fields=["organisation", "contact"], name="surveys_response_contact"),
            models.Index(
                fields=["organisation"],
                condition=models.Q(state="quarantined", flags__contains=["held"]),
                name="surveys_response_held",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class EarlierAnswer(OrganisationOwned):
    """What a response said before its customer changed it: append-only."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    response = models.ForeignKey(
        Response,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    answers = models.JSONField(default=dict)
    language = models.CharField(max_length=5)
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["replaced_at", "id"]
        indexes = [
            models.Index(
                fields=["organisation", "response", "replaced_at"],
                name="surveys_earlieranswer_of",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Score(OrganisationOwned):
    """One scored answer of a response."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    response = models.ForeignKey(
        Response,
        on_delete=models.CASCADE,
        related_name="scores",
        db_constraint=False,
        db_index=False,
    )
    question_key = models.CharField(max_length=40)
    metric = models.CharField(max_length=12)
    value = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "response", "question_key"],
                name="surveys_score_answer_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.value}"


class ScoreRollup(OrganisationOwned):
    """Histogram of one question's scores in one hour, by channel and place.

    `counts` holds 11 integers, index = raw value 0…10; `skipped` counts completed
    responses without an answer to the question.
    """

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    question_key = models.CharField(max_length=40)
    metric = models.CharField(max_length=12)
    hour = models.DateTimeField()
    channel = models.CharField(max_length=20)
    place = models.ForeignKey(
        Place,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )
    counts = ArrayField(models.IntegerField(), size=11)
    skipped = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "survey",
                    "question_key",
                    "metric",
                    "hour",
                    "channel",
                    "place",
                ],
                name="surveys_scorerollup_bucket_key",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.hour:%Y-%m-%d %H}"
