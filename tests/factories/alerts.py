"""Factories of the alerts app; each needs the tenant to be set."""

from alerts.actions.rules import create_detractor_rule
from channels_out.models import Channel
from tests.factories.contacts import ContactFactory, IdentityFactory
from tests.factories.surveys import LiveSurveyFactory, ResponseFactory, ScoreFactory


def mailbox(organisation):
    """The organisation's way to send email."""
    return Channel.objects.create(
        organisation=organisation,
        kind="email",
        provider="simulator",
        name="Email",
        sender="Maison Lune <avis@maison-lune.example>",
        is_default=True,
    )


def answered(survey, score=2, words="", *, name="", **fields):
    """A completed response with its score; with a name, of a known customer."""
    organisation = survey.organisation
    if name and "contact" not in fields:
        fields["contact"] = ContactFactory(organisation=organisation, name=name)
        IdentityFactory(contact=fields["contact"])
    answers = {"q1": score} | ({"q2": words} if words else {})
    response = ResponseFactory(survey=survey, answers=answers, **fields)
    ScoreFactory(response=response, value=score, metric=survey.template)
    return response


def watched(organisation, *recipients, **fields):
    """A live survey with its detractor alert switched on."""
    survey = LiveSurveyFactory(organisation=organisation, **fields)
    rule = create_detractor_rule(
        survey=survey, recipients=recipients, is_active=True, created_by=recipients[0].user
    )
    return survey, rule
