"""A row for each address that takes an id, and a body that it accepts."""

from alerts.models import Incident, Rule, RuleVersion
from cxhub.lib.tenancy import tenant
from tests.factories.cases import CaseFactory
from tests.factories.contacts import ContactFactory
from tests.factories.journeys import SendFactory
from tests.factories.surveys import (
    CollectorFactory,
    InvitationFactory,
    LiveSurveyFactory,
    ResponseFactory,
    SurveyFactory,
)


def make_rule(organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    return Rule.objects.create(
        organisation=organisation,
        survey=survey,
        name="Detractors",
        condition="score_at_most",
        params={},
        reactions=[],
        recipients=[],
    )


def make_incident(organisation):
    rule = make_rule(organisation)
    version = RuleVersion.objects.create(
        organisation=organisation, rule=rule, revision=1, definition={}
    )
    return Incident.objects.create(
        organisation=organisation,
        rule=rule,
        rule_version=version,
        response=ResponseFactory(survey=rule.survey),
    )


def of_survey(factory):
    return lambda organisation: factory(survey=LiveSurveyFactory(organisation=organisation))


MAKERS = {
    "surveys": lambda organisation: SurveyFactory(organisation=organisation),
    "collectors": of_survey(CollectorFactory),
    "invitations": of_survey(InvitationFactory),
    "responses": of_survey(ResponseFactory),
    "sends": of_survey(SendFactory),
    "contacts": lambda organisation: ContactFactory(organisation=organisation),
    "cases": lambda organisation: CaseFactory(response=of_survey(ResponseFactory)(organisation)),
    "rules": make_rule,
    "incidents": make_incident,
}
BODIES = {
    "PATCH collectors/<str:pk>/": {"is_open": False},
    "PATCH surveys/<str:pk>/": {"name": "New name"},
    "PATCH sends/<str:pk>/": {"state": "paused"},
    "POST contacts/bulk/": {"contacts": [{"external_id": "C-1"}]},
    "POST cases/<str:pk>/notes/": {"text": "Called the customer."},
    "POST cases/<str:pk>/assign/": {"assignee": None},
    "POST cases/<str:pk>/close/": {"reason": "resolved"},
}


def make(call, organisation):
    """A row of the collection that an address belongs to, in an organisation."""
    collection = call.route.split("/")[2]
    assert collection in MAKERS, f"Add {collection} to MAKERS in tests/api/rows.py"
    with tenant(organisation.pk):
        return MAKERS[collection](organisation)
