"""Factories of the surveys app; each needs the tenant to be set."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cxhub.lib.ids import uuid7
from cxhub.lib.tokens import token_hash
from surveys.definition import new_document
from surveys.models import Collector, Invitation, Response, Score, Survey, SurveyVersion


class SurveyFactory(DjangoModelFactory):
    """A draft from the NPS template, in French and English."""

    class Meta:
        model = Survey

    name = factory.Sequence(lambda n: f"Survey {n}")
    template = "nps"
    languages = ["fr", "en"]
    default_language = "fr"
    draft = factory.LazyAttribute(
        lambda survey: new_document(survey.template, survey.languages, "Maison Lune")
    )


class SurveyVersionFactory(DjangoModelFactory):
    """A published version; its survey is not told."""

    class Meta:
        model = SurveyVersion

    organisation = factory.SelfAttribute("survey.organisation")
    number = 1
    definition = factory.LazyAttribute(lambda version: version.survey.draft)


class LiveSurveyFactory(SurveyFactory):
    """A survey that takes answers."""

    state = "live"

    @factory.post_generation
    def published(self, create, extracted, **kwargs):
        self.current_version = SurveyVersionFactory(survey=self)
        self.save()

    class Meta:
        model = Survey
        skip_postgeneration_save = True


class CollectorFactory(DjangoModelFactory):
    """An open web link."""

    class Meta:
        model = Collector

    organisation = factory.SelfAttribute("survey.organisation")
    kind = "link"
    code = factory.Sequence(lambda n: f"CODE{n:04}")


class InvitationFactory(DjangoModelFactory):
    """A personal link; its token is the given `token`."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    organisation = factory.SelfAttribute("survey.organisation")
    token_hash = factory.LazyAttribute(lambda invitation: token_hash(invitation.token))
    channel = "email"
    language = "fr"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class ResponseFactory(DjangoModelFactory):
    """A completed answer sheet without scores."""

    class Meta:
        model = Response

    organisation = factory.SelfAttribute("survey.organisation")
    version = factory.SelfAttribute("survey.current_version")
    channel = "web"
    language = "fr"
    state = "completed"
    submission_id = factory.LazyFunction(uuid7)
    answers = factory.LazyFunction(lambda: {"q1": 9})


class ScoreFactory(DjangoModelFactory):
    class Meta:
        model = Score

    organisation = factory.SelfAttribute("response.organisation")
    question_key = "q1"
    metric = "nps"
    value = 9
